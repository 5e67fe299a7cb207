package io.berth.network;

import io.berth.error.InvalidArgumentException;
import io.berth.error.UnavailableException;
import io.berth.ffi.Errno;
import io.berth.ffi.Fd;
import io.berth.ffi.Links;
import io.berth.ffi.NativeException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links of the host that containers' interfaces stand on. Those that are missing and can be made are made: VLANs, and parents that lead
 * nowhere. They carry the group of this instance, by which it knows them as its own in later runs, and takes them away. Opened when first
 * needed. Safe for use by many threads.
 */
final class ParentLinks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ParentLinks.class);

    /** A link that drops what is sent to it: dummy as with Docker; ifb does the same in kernels that were built without the first. */
    private static final List<String> SINKS = List.of("dummy", "ifb");
    private static final Set<String> MADE = Set.of("dummy", "ifb", "vlan");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,9}");
    private static final int LONGEST_NAME = 15;
    private static final int LAST_VLAN = 4094;

    private final int group;
    private @Nullable Links host;

    /** @param group of links that this instance makes */
    ParentLinks(int group) {
        this.group = group;
    }

    private synchronized Links host() {
        if (host == null) {
            host = Links.ofHost();
        }
        return host;
    }

    /** @throws UnavailableException the kernel has no such links */
    void requireKnown(LinkKind kind) {
        if (!host().knows(kind.word())) {
            throw missing(kind.word() + " networks", kind.word());
        }
    }

    private static UnavailableException missing(String what, String module) {
        return new UnavailableException("the kernel cannot have " + what + ": it was built without the module " + module);
    }

    /**
     * The index of a parent; what is missing is made.
     *
     * @param leadsNowhere whether it is one that the engine makes for a network which names none; else it can be made as a VLAN
     * @throws InvalidArgumentException there is no such link, and it is not called as a VLAN of one
     * @throws UnavailableException the kernel cannot have it
     */
    synchronized int ensure(String name, boolean leadsNowhere) {
        Optional<Integer> there = find(name);
        if (there.isPresent()) {
            return there.get();
        }
        if (leadsNowhere) {
            makeSink(name);
        } else {
            makeVlan(name);
        }
        return find(name).orElseThrow(() -> new UnavailableException("the link " + name + " was made and is gone"));
    }

    private Optional<Integer> find(String name) {
        var index = name.length() > LONGEST_NAME ? OptionalInt.empty() : host().find(name);
        return index.isPresent() ? Optional.of(index.getAsInt()) : Optional.empty();
    }

    private void makeSink(String name) {
        for (String kind : SINKS) {
            try {
                host().createSink(kind, name, group);
                return;
            } catch (NativeException refused) {
                if (refused.errno() != Errno.EOPNOTSUPP) {
                    throw refused;
                }
            }
        }
        throw missing("networks without a parent interface", SINKS.getFirst());
    }

    private void makeVlan(String name) {
        int dot = name.indexOf('.');
        if (dot < 0) {
            throw new InvalidArgumentException("invalid subinterface vlan name " + name + ", example formatting is eth0.10");
        }
        String on = name.substring(0, dot);
        String id = name.substring(dot + 1);
        if (id.indexOf('.') >= 0 || name.length() > LONGEST_NAME) {
            throw new InvalidArgumentException("required interface name format is: name.vlan_id, ex. eth0.10 for vlan 10, instead received " + name);
        }
        if (!NUMBER.matcher(id).matches()) {
            throw new InvalidArgumentException("unable to parse a valid vlan id from: " + id + " (ex. eth0.10 for vlan 10)");
        }
        int index = find(on).orElseThrow(() -> new InvalidArgumentException("-o parent interface was not found on the host: " + on));
        int number = Integer.parseInt(id);
        if (number < 1 || number > LAST_VLAN) {
            throw new InvalidArgumentException("vlan id must be between 1-4094, received: " + number);
        }
        try {
            host().createVlan(name, index, number, group);
        } catch (NativeException refused) {
            if (refused.errno() == Errno.EOPNOTSUPP) {
                throw missing("VLANs", "8021q");
            }
            throw refused;
        }
    }

    /** Makes an interface on a parent in another namespace, down. @param mac null for what the kernel chooses */
    void createOn(LinkKind kind, int parent, LinkOptions options, Fd netns, String name, byte @Nullable [] mac) {
        host().createOn(kind.word(), parent, options.modeNumber(), options.flagNumber(), netns, name, mac);
    }

    /** Takes a parent away if this instance has made it. */
    void drop(String name) {
        deleteOwn(link -> link.name().equals(name));
    }

    /** Takes all away that this instance has made, but these. */
    void dropAllBut(Collection<String> names) {
        deleteOwn(link -> !names.contains(link.name()));
    }

    private void deleteOwn(Predicate<Links.Link> which) {
        for (Links.Link link : host().list()) {
            if (link.group() == group && MADE.contains(link.kind()) && which.test(link) && host().delete(link.index())) {
                LOG.debug("link {} was deleted", link.name());
            }
        }
    }

    /** Subnets that the host has. */
    List<Subnet> subnets(Collection<Subnet> reserved) {
        return Bridge.inUse(host(), 0, reserved);
    }

    @Override
    public synchronized void close() {
        if (host != null) {
            host.close();
            host = null;
        }
    }
}
