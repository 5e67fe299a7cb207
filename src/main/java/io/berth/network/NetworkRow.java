package io.berth.network;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import org.springframework.data.domain.Persistable;

/** A user-defined network as it is kept: what is looked for in columns, all of it in one document. */
@Entity
@Table(name = "network")
class NetworkRow implements Persistable<String> {

    @Id
    String id = "";

    @Column(name = "name")
    String name = "";

    @Column(name = "created")
    Instant created = Instant.EPOCH;

    @Column(name = "document")
    String document = "";

    @Transient
    private boolean fresh;

    protected NetworkRow() {}

    static NetworkRow of(Network network) {
        var row = new NetworkRow();
        row.id = network.id().value();
        row.name = network.name();
        row.created = network.created();
        row.document = NetworkDocument.write(network);
        row.fresh = true;
        return row;
    }

    @Override
    public String getId() {
        return id;
    }

    @Override
    public boolean isNew() {
        return fresh;
    }
}
