package io.berth.network;

import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.instance.IdMap;

/** The user namespace to which the network namespace of a container belongs: who is root there may configure it. */
public sealed interface NamespaceOwner {

    /** That of the host. */
    record Host() implements NamespaceOwner {}

    /** One that is made for it. */
    record Fresh(IdMap ids) implements NamespaceOwner {}

    /** One that is there. @param userNamespace stays the caller's */
    record Shared(Fd userNamespace) implements NamespaceOwner {}

    /** A network namespace of this owner; the caller closes it. */
    default Links.Namespace make() {
        return switch (this) {
            case Host _ -> Links.createNamespace();
            case Fresh(var ids) -> Links.createNamespace(ids);
            case Shared(var userNamespace) -> Links.createNamespace(userNamespace);
        };
    }
}
