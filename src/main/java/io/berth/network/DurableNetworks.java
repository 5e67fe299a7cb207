package io.berth.network;

import io.berth.event.Durability;
import io.berth.event.EventJournal;
import io.berth.instance.DurableFile;
import io.berth.instance.FileFailure;
import io.berth.instance.PrivateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Networks in the database, and each a second time in a file of {@code <data-root>/networks}: a damaged row is mended from it, and all of
 * them are taken up from there when the database is new.
 */
final class DurableNetworks implements NetworkStore {

    private static final Logger LOG = LoggerFactory.getLogger(DurableNetworks.class);
    private static final String SUFFIX = ".json";

    private final NetworkRows rows;
    private final TransactionTemplate transaction;
    private final Durability durability;
    private final EventJournal journal;
    private final Path folder;
    private final BiConsumer<String, Network> record;

    /** @param record appends an event to the journal: the action and the network */
    DurableNetworks(NetworkRows rows, TransactionTemplate transaction, Durability durability, EventJournal journal, Path folder,
            BiConsumer<String, Network> record) throws IOException {
        this.rows = rows;
        this.transaction = transaction;
        this.durability = durability;
        this.journal = journal;
        this.folder = folder;
        this.record = record;
        PrivateFolder.createAll(folder);
    }

    @Override
    public List<Network> load() {
        var all = new ArrayList<Network>();
        for (NetworkRow row : rows.findAll()) {
            read(row).ifPresent(all::add);
        }
        if (journal.isNew()) {
            described().forEach(network -> {
                transaction.executeWithoutResult(status -> rows.save(NetworkRow.of(network)));
                all.add(network);
            });
        }
        return all;
    }

    /** A damaged row keeps neither the service from starting nor the network from being used. */
    private Optional<Network> read(NetworkRow row) {
        try {
            return Optional.of(NetworkDocument.read(row.document, row.id));
        } catch (RuntimeException damaged) {
            LOG.error("network {}: its row cannot be read, its file is taken", row.name, damaged);
            return described(file(row.id));
        }
    }

    private List<Network> described() {
        try (var files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            var all = new ArrayList<Network>();
            files.forEach(file -> described(file).ifPresent(all::add));
            return all;
        } catch (IOException failure) {
            throw FileFailure.of("read the networks", failure);
        }
    }

    private static Optional<Network> described(Path file) {
        String name = file.getFileName().toString();
        try {
            return Optional.of(NetworkDocument.read(Files.readString(file), name.substring(0, name.length() - SUFFIX.length())));
        } catch (IOException | RuntimeException damaged) {
            LOG.error("the file {} does not say what its network is", file, damaged);
            return Optional.empty();
        }
    }

    @Override
    public void add(Network network) {
        try {
            DurableFile.write(file(network.id().value()), NetworkDocument.write(network).getBytes(StandardCharsets.UTF_8));
            transaction.executeWithoutResult(status -> {
                rows.save(NetworkRow.of(network));
                record.accept("create", network);
            });
        } catch (IOException failure) {
            throw FileFailure.of("create network " + network.name(), failure);
        } catch (RuntimeException failed) {
            forget(network);
            throw failed;
        }
        durability.await();
    }

    @Override
    public void remove(Network network) {
        transaction.executeWithoutResult(status -> {
            rows.deleteById(network.id().value());
            record.accept("destroy", network);
        });
        durability.await();
        forget(network);
    }

    /** What is left of a removed one is of no harm: files count only when the database is new. */
    private void forget(Network network) {
        try {
            Files.deleteIfExists(file(network.id().value()));
        } catch (IOException failure) {
            LOG.warn("the file of network {} could not be deleted", network.name(), failure);
        }
    }

    private Path file(String id) {
        return folder.resolve(id + SUFFIX);
    }
}
