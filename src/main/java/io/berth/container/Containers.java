package io.berth.container;

import io.berth.error.ConflictException;
import io.berth.error.EngineException;
import io.berth.error.InvalidArgumentException;
import io.berth.error.NotFoundException;
import io.berth.event.Durability;
import io.berth.event.EventJournal;
import io.berth.event.EventType;
import io.berth.instance.Failpoint;
import io.berth.instance.Instance;
import io.berth.oci.Digest;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The containers of this host: records in, records out. All are in memory too, so reading waits for nothing; what is read is what the
 * database has acknowledged, or a shim ({@link #follow}). A change is written with the event that tells of it. Safe for use by many
 * threads; who changes one container holds its lock ({@link ContainerLocks}).
 */
@Component
public class Containers {

    private static final Logger LOG = LoggerFactory.getLogger(Containers.class);
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{1,64}");

    private final ContainerRows rows;
    private final EventJournal journal;
    private final UnwrittenRuns unwritten;
    private final Durability durability;
    private final TransactionTemplate transaction;
    private final Instance instance;
    private final Clock clock;
    private final Map<ContainerId, Container> all = new ConcurrentHashMap<>();
    private final Map<String, ContainerId> names = new ConcurrentHashMap<>();

    Containers(ContainerRows rows, EventJournal journal, UnwrittenRuns unwritten, Durability durability, TransactionTemplate transaction,
            Instance instance, Clock clock) throws IOException {
        this.rows = rows;
        this.journal = journal;
        this.unwritten = unwritten;
        this.durability = durability;
        this.transaction = transaction;
        this.clock = clock;
        this.instance = instance;
        ContainerFolder.prepare(instance);
        rows.findAll().forEach(this::read);
        if (journal.isNew()) {
            readFolders();
        }
    }

    /** One damaged row must not keep all others, and the service, from starting: what it said is beside the data, too. */
    private void read(ContainerRow row) {
        try {
            take(row.toDomain());
        } catch (RuntimeException damaged) {
            LOG.error("container {} ({}): its row cannot be read: {}", row.name, row.id, firstLine(damaged));
            try {
                take(ContainerFolder.of(instance, new ContainerId(row.id)).described());
            } catch (RuntimeException lost) {
                LOG.error("container {} ({}): what is beside its data cannot be read, too; it can only be removed: {}", row.name, row.id,
                        firstLine(lost));
                take(ContainerDocument.lost(new ContainerId(row.id), row.name, row.created, "its description is damaged: " + firstLine(damaged)));
            }
        }
    }

    private static String firstLine(Throwable damaged) {
        return String.valueOf(damaged.getMessage()).lines().findFirst().orElse("");
    }

    private void take(Container container) {
        all.put(container.id(), container);
        names.put(container.name(), container.id());
    }

    /** The database is new: what is described beside its data is taken up again. */
    private void readFolders() throws IOException {
        for (var name : ContainerFolder.names(instance)) {
            try {
                var found = ContainerFolder.of(instance, new ContainerId(name)).described();
                var container = names.containsKey(found.name()) ? found.named(found.name() + "_" + found.id().shortId()) : found;
                commit(container.id(), () -> rows.save(ContainerRow.of(container)), () -> take(container));
                LOG.warn("container {} ({}) was not in the database and is taken up from its folder", container.name(), name);
            } catch (RuntimeException undescribed) {
                LOG.error("the folder of container {} does not say what it is", name, undescribed);
            }
        }
    }

    /** All, newest first. */
    public List<Container> list() {
        return all.values().stream().sorted(Comparator.comparing(Container::created).reversed()).toList();
    }

    /** All, in no order; cheaper than {@link #list}. */
    Collection<Container> unordered() {
        return Collections.unmodifiableCollection(all.values());
    }

    public Optional<Container> find(ContainerId id) {
        return Optional.ofNullable(all.get(id));
    }

    public Container require(ContainerId id) {
        return find(id).orElseThrow(() -> noSuch(id.value()));
    }

    /**
     * The container that a user means by a full id, a name (a slash before it is fine) or the start of an id, tried in this order.
     *
     * @throws NotFoundException {@code No such container: X}
     * @throws InvalidArgumentException several ids start so
     */
    public Container resolve(String ref) {
        var name = ref.startsWith("/") ? ref.substring(1) : ref;
        var named = names.get(name);
        var byId = HEX.matcher(name).matches() && name.length() == 64 ? all.get(new ContainerId(name)) : null;
        if (byId != null) {
            return byId;
        }
        if (named != null) {
            return find(named).orElseThrow(() -> noSuch(ref));
        }
        return byPrefix(name, ref);
    }

    private Container byPrefix(String prefix, String ref) {
        List<Container> fitting = HEX.matcher(prefix).matches()
                ? all.values().stream().filter(container -> container.id().value().startsWith(prefix)).toList() : List.of();
        if (fitting.size() > 1) {
            throw new InvalidArgumentException("Multiple IDs found with provided prefix: " + prefix);
        }
        return fitting.stream().findFirst().orElseThrow(() -> noSuch(ref));
    }

    /** What a {@link LastLook} has said of a container's last run; empty when it is too short to tell anything, or begun anew. */
    public Optional<String> lastLook(ContainerId id) {
        return ContainerFolder.of(instance, id).lastLook();
    }

    /** The containers that were made of this image. */
    public Collection<Container> ofImage(Digest image) {
        return all.values().stream().filter(container -> container.imageId().equals(image)).toList();
    }

    /**
     * Takes a name for a container that is being made.
     *
     * @throws InvalidArgumentException it cannot be a name
     * @throws ConflictException another has it
     */
    void reserve(String name, ContainerId id) {
        requireName(name, name);
        var owner = names.putIfAbsent(name, id);
        if (owner != null) {
            throw new ConflictException("Conflict. The container name \"/" + name + "\" is already in use by container \"" + owner
                    + "\". You have to remove (or rename) that container to be able to reuse that name.");
        }
    }

    private static void requireName(String name, String shown) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidArgumentException("Invalid container name (" + shown + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed").at("name");
        }
    }

    /** Gives back a name of a container that did not come to be. */
    void giveUp(String name, ContainerId id) {
        names.remove(name, id);
    }

    /** Adds a container whose name is reserved; it survives a power cut when this returns. */
    void add(Container container) {
        ContainerFolder.of(instance, container.id()).describe(container);
        Failpoint.CREATE_DESCRIBED.reached();
        commit(container.id(), () -> {
            rows.save(ContainerRow.of(container));
            record(container, "create", Map.of());
        }, () -> all.put(container.id(), container));
        Failpoint.CREATE_COMMITTED.reached();
        durability.await();
        Failpoint.CREATE_DURABLE.reached();
    }

    /** Changes a container and writes what has happened to it, with further attributes. */
    Container change(ContainerId id, UnaryOperator<Container> change, String action, Map<String, String> attributes) {
        return change(id, change, List.of(new Happening(clock.instant(), action, attributes)));
    }

    /** Changes a container and writes what has happened to it, in this order. */
    Container change(ContainerId id, UnaryOperator<Container> change, List<Happening> happened) {
        var next = changed(id, change);
        commit(id, () -> {
            rows.update(next);
            happened.forEach(event -> record(next, event));
        }, () -> all.put(id, next));
        return next;
    }

    /**
     * Changes a container by what its shim has written down. It is seen at once and in the database within milliseconds: a kill before that
     * finds it in the shim's records ({@link Recovery}).
     */
    Container follow(ContainerId id, UnaryOperator<Container> change, List<Happening> happened) {
        var next = changed(id, change);
        var events = happened.stream().map(event -> journal.announce(event.at(), EventType.CONTAINER, event.action(), id.value(),
                attributes(next, event.attributes()))).toList();
        all.put(id, next);
        unwritten.add(new UnwrittenRuns.Run(next, events));
        return next;
    }

    /** What is read of a container is in the database when this returns. */
    void write(ContainerId id) {
        var runs = unwritten.claim(id);
        if (!runs.isEmpty()) {
            commit(runs, () -> rows.update(require(id)), () -> { });
        }
    }

    /** Changes a container without an event. */
    Container change(ContainerId id, UnaryOperator<Container> change) {
        var next = changed(id, change);
        commit(id, () -> rows.update(next), () -> all.put(id, next));
        return next;
    }

    /** What it will be; when that is more than its state, it is described beside its data first. */
    private Container changed(ContainerId id, UnaryOperator<Container> change) {
        var before = require(id);
        var next = change.apply(before);
        if (!next.name().equals(before.name()) || !next.config().equals(before.config()) || !next.hostConfig().equals(before.hostConfig())) {
            ContainerFolder.of(instance, id).describe(next);
            Failpoint.RENAME_DESCRIBED.reached();
        }
        return next;
    }

    /** As {@link #change(ContainerId, UnaryOperator, List)}; it survives a power cut when this returns. */
    void changeDurably(ContainerId id, UnaryOperator<Container> change, List<Happening> happened) {
        change(id, change, happened);
        durability.await();
    }

    /** Gives it another name; it survives a power cut when this returns. */
    void rename(ContainerId id, String name) {
        var before = require(id);
        try {
            requireName(name, "/" + name);
            reserve(name, id);
        } catch (EngineException refused) {
            throw refused.during("Error when allocating new name");
        }
        try {
            change(id, container -> container.named(name), "rename", Map.of("oldName", "/" + before.name()));
        } catch (RuntimeException failed) {
            giveUp(name, id);
            throw failed;
        }
        Failpoint.RENAME_COMMITTED.reached();
        names.remove(before.name(), id);
        durability.await();
    }

    /** Forgets a container; that survives a power cut when this returns. */
    void remove(Container container) {
        commit(container.id(), () -> {
            rows.deleteRow(container.id().value());
            record(container, "destroy", Map.of());
        }, () -> {
            all.remove(container.id());
            names.remove(container.name(), container.id());
        });
        durability.await();
    }

    /** Writes what happened to a container that does not change by it. */
    void record(Container container, String action, Map<String, String> further) {
        record(container, new Happening(clock.instant(), action, further));
    }

    private void record(Container container, Happening event) {
        journal.append(event.at(), EventType.CONTAINER, event.action(), container.id().value(), attributes(container, event.attributes()));
    }

    private static Map<String, String> attributes(Container container, Map<String, String> further) {
        var attributes = new HashMap<>(container.config().labels());
        attributes.put("image", container.config().image());
        attributes.put("name", container.name());
        attributes.putAll(further);
        return attributes;
    }

    private void commit(ContainerId id, Runnable inDatabase, Runnable inMemory) {
        commit(unwritten.claim(id), inDatabase, inMemory);
    }

    /**
     * What is not written yet is written with it: what is changed here is whole, so that only the events are. Who hears of an event finds the
     * change in memory: that comes between the commit and the event.
     */
    private void commit(List<UnwrittenRuns.Run> runs, Runnable inDatabase, Runnable inMemory) {
        boolean written = false;
        try {
            transaction.executeWithoutResult(status -> {
                TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        inMemory.run();
                    }
                });
                runs.forEach(run -> run.events().forEach(journal::append));
                inDatabase.run();
            });
            written = true;
        } finally {
            if (!written) {
                runs.forEach(unwritten::add);
            }
        }
    }

    private static NotFoundException noSuch(String ref) {
        return new NotFoundException("No such container: " + ref);
    }
}
