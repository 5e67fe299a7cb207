package io.berth.container;

import io.berth.error.ConflictException;
import io.berth.ffi.RootDir;
import java.util.function.BooleanSupplier;

/** The files of a container as it sees them, open for one piece of work. For one thread. */
final class ContainerTree implements AutoCloseable {

    private final Container container;
    private final RootDir root;
    private final BooleanSupplier isWhole;
    private final AutoCloseable owner;

    /**
     * @param isWhole whether {@code root} is still what the container sees
     * @param owner closed with the tree; has closed the root then
     */
    ContainerTree(Container container, RootDir root, BooleanSupplier isWhole, AutoCloseable owner) {
        this.container = container;
        this.root = root;
        this.isWhole = isWhole;
        this.owner = owner;
    }

    Container container() {
        return container;
    }

    /** Never leave it: the container may change everything below at any time. */
    RootDir root() {
        return root;
    }

    /** To be called when the work is done: what was read or written counts only then. */
    void requireWhole() {
        if (!isWhole.getAsBoolean()) {
            throw new ConflictException("container " + container.id() + " has ended or was removed while files were copied");
        }
    }

    @Override
    public void close() {
        try {
            owner.close();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new IllegalStateException("closing a tree throws nothing that is checked", impossible);
        }
    }
}
