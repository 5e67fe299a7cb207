package io.berth.volume;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.springframework.data.domain.Persistable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

@Entity
@Table(name = "volume")
class VolumeRow implements Persistable<String> {

    private static final JsonMapper JSON = new JsonMapper();

    @Id
    String name = "";

    @Column(name = "created")
    Instant created = Instant.EPOCH;

    @Column(name = "options")
    String options = "{}";

    @Column(name = "labels")
    String labels = "{}";

    @Transient
    private boolean fresh;

    protected VolumeRow() {}

    static VolumeRow of(Volume volume) {
        var row = new VolumeRow();
        row.name = volume.name();
        row.created = volume.created();
        row.options = JSON.writeValueAsString(volume.options());
        row.labels = JSON.writeValueAsString(volume.labels());
        row.fresh = true;
        return row;
    }

    /** What is written beside the data. */
    byte[] describe() {
        return JSON.writeValueAsBytes(new Description(created, map(options), map(labels)));
    }

    /** A row that is not in the database. @throws IOException {@code description} is damaged */
    static VolumeRow described(String name, byte[] description) throws IOException {
        try {
            var read = JSON.readValue(description, Description.class);
            return of(new Volume(name, Path.of(""), read.created(), read.options(), read.labels()));
        } catch (JacksonException | NullPointerException damaged) {
            throw new IOException("the description of volume " + name + " is damaged", damaged);
        }
    }

    private record Description(Instant created, Map<String, String> options, Map<String, String> labels) {}

    Volume toDomain(Path mountpoint) {
        return new Volume(name, mountpoint, created, map(options), map(labels));
    }

    private static Map<String, String> map(String json) {
        return JSON.readValue(json, new TypeReference<Map<String, String>>() {});
    }

    @Override
    public String getId() {
        return name;
    }

    @Override
    public boolean isNew() {
        return fresh;
    }
}
