package io.berth.volume;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.springframework.data.domain.Persistable;
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
