package io.berth.ffi;

import io.berth.instance.IdMap;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The links, addresses and routes of one network namespace, over one rtnetlink socket. Safe for use by many threads, one call at a
 * time. All methods throw {@link NativeException} with the kernel's reason.
 */
public final class Links implements AutoCloseable {

    private static final int LINK_SIZE = 64;
    private static final int ADDRESS_SIZE = 24;
    private static final int ROUTE_SIZE = 48;
    private static final int NAME_SIZE = 16;
    private static final int MAC_SIZE = 6;
    private static final byte AF_INET = 2;
    private static final int IFF_UP = 1;

    private final LibBerth library = Native.library();
    private final Fd socket;

    private Links(Fd socket) {
        this.socket = socket;
    }

    /**
     * A link.
     *
     * @param index its index in this namespace
     * @param name its name
     * @param kind {@code bridge}, {@code veth} ...; empty for hardware
     * @param master index of the bridge it is a port of; 0 for none
     * @param other index of a veth's other end, or of the link that this one stands on, when it is in another namespace; else 0
     * @param mtu largest packet
     * @param group its group number; 0 by default
     * @param up whether it is up
     * @param mac its hardware address, as {@code 02:42:ac:11:00:02}
     */
    public record Link(int index, String name, String kind, int master, int other, int mtu, int group, boolean up, String mac) {}

    /**
     * An address of the host.
     *
     * @param index of its link
     * @param address IPv4 or IPv6
     * @param prefixLength of its subnet
     */
    public record HostAddress(int index, InetAddress address, int prefixLength) {}

    /**
     * A route of the host, of any table.
     *
     * @param table its table; 254 is main, 255 local
     * @param index of the link it leaves by; 0 for none
     * @param metric the lower wins
     * @param destination its network address
     * @param prefixLength 0 for a default route
     * @param gateway null for a direct one
     */
    public record Route(int table, int index, int metric, InetAddress destination, int prefixLength,
            @Nullable InetAddress gateway) {}

    /**
     * A network namespace that was made and the links inside it.
     *
     * @param netns the namespace; it ends when this is closed and no process is in it
     * @param userns the user namespace to which it belongs; null: the host's
     * @param links the links inside
     */
    public record Namespace(Fd netns, @Nullable Fd userns, Links links) implements AutoCloseable {
        @Override
        public void close() {
            links.close();
            netns.close();
            if (userns != null) {
                userns.close();
            }
        }
    }

    /** The links of the calling thread's namespace: the host's. */
    public static Links ofHost() {
        var error = new NativeError();
        return new Links(new Fd(error.check(Native.library().berth_netlink_open(-1, error.buffer()))));
    }

    /** The links of another namespace. */
    public static Links of(Fd netns) {
        var error = new NativeError();
        return new Links(new Fd(error.check(Native.library().berth_netlink_open(netns.number(), error.buffer()))));
    }

    /** Makes a network namespace with a loopback interface and the settings of a container's sandbox. */
    public static Namespace createNamespace() {
        var error = new NativeError();
        int[] netlink = {-1};
        int netns = error.check(Native.library().berth_netns_create(netlink, error.buffer()));
        return new Namespace(new Fd(netns), null, new Links(new Fd(netlink[0])));
    }

    /** As {@link #createNamespace()}, belonging to a user namespace with these ids that is made for it. */
    public static Namespace createNamespace(IdMap ids) {
        int[] made = {-1};
        var within = createWithin(-1, FileNames.terminated(ids.userLines()), FileNames.terminated(ids.groupLines()), made);
        return new Namespace(within.netns(), new Fd(made[0]), within.links());
    }

    /** As {@link #createNamespace()}, belonging to this user namespace, of which the result has a descriptor of its own. */
    public static Namespace createNamespace(Fd userNamespace) {
        var within = createWithin(userNamespace.number(), FileNames.terminated(""), FileNames.terminated(""), new int[1]);
        return new Namespace(within.netns(), userNamespace.duplicate(), within.links());
    }

    private static Namespace createWithin(int userns, byte[] users, byte[] groups, int[] made) {
        var error = new NativeError();
        int[] netlink = {-1};
        int netns = error.check(Native.library().berth_netns_create_within(userns, users, groups, made, netlink, error.buffer()));
        return new Namespace(new Fd(netns), null, new Links(new Fd(netlink[0])));
    }

    /** The index of a link; empty when there is none of that name. */
    public synchronized OptionalInt find(String name) {
        var error = new NativeError();
        int index = library.berth_link_index(socket.number(), name, error.buffer());
        return index == -Errno.ENODEV ? OptionalInt.empty() : OptionalInt.of(error.check(index));
    }

    /** Makes a bridge, down, and returns its index; EEXIST when the name is taken. */
    public synchronized int createBridge(String name, byte[] mac, int mtu) {
        var error = new NativeError();
        return error.check(library.berth_bridge_create(socket.number(), name, mac, mtu, error.buffer()));
    }

    /**
     * Makes a veth pair: one end here, up and a port of the bridge, the other directly in another namespace, down.
     *
     * @param name of this end
     * @param bridge index of the bridge
     * @param group group number of this end
     * @param mtu of both ends
     * @param netns where the other end is made
     * @param peerName of the other end
     * @param peerMac hardware address of the other end
     */
    public synchronized void createVeth(String name, int bridge, int group, int mtu, Fd netns, String peerName, byte[] peerMac) {
        var error = new NativeError();
        error.check(library.berth_veth_create(socket.number(), name, bridge, group, mtu, netns.number(), peerName, peerMac,
                error.buffer()));
    }

    /**
     * Makes two bridges of this namespace one by a veth pair; all or nothing.
     *
     * @param name of the end that is a port of {@code bridge}
     * @param peerName of the end that is a port of {@code peerBridge}
     * @param group group number of both ends
     * @param isolated whether the port of {@code bridge} is isolated, see {@link #isolatePort}
     */
    public synchronized void connectBridges(String name, int bridge, String peerName, int peerBridge, int group, int mtu, boolean isolated) {
        var error = new NativeError();
        error.check(library.berth_bridges_connect(socket.number(), name, bridge, peerName, peerBridge, group, mtu, isolated ? 1 : 0,
                error.buffer()));
    }

    /** Gives a link an address; one of IPv6 can be used at once. EEXIST when it has it already. */
    public synchronized void addAddress(int index, InetAddress address, int prefixLength) {
        var error = new NativeError();
        byte[] octets = address.getAddress();
        error.check(library.berth_address_add(socket.number(), index, octets, octets.length, prefixLength, error.buffer()));
    }

    public synchronized void deleteAddress(int index, InetAddress address, int prefixLength) {
        var error = new NativeError();
        byte[] octets = address.getAddress();
        error.check(library.berth_address_delete(socket.number(), index, octets, octets.length, prefixLength, error.buffer()));
    }

    public synchronized void up(int index) {
        var error = new NativeError();
        error.check(library.berth_link_up(socket.number(), index, error.buffer()));
    }

    /**
     * An address that a link is to have.
     *
     * @param ip IPv4 or IPv6
     * @param prefixLength of its subnet
     * @param gateway where the default route of its family is to go; null for none over this link
     */
    public record Own(InetAddress ip, int prefixLength, @Nullable InetAddress gateway) {}

    /** As {@link #configure(String, Own, Own)}, with an IPv4 address only. */
    public void configure(String name, Inet4Address address, int prefixLength, @Nullable Inet4Address gateway) {
        configure(name, new Own(address, prefixLength, gateway), null);
    }

    /**
     * Gives a link its addresses, sets it up and lets default routes go over the gateways, all in one request.
     *
     * @param four the IPv4 address; null for none
     * @param six the IPv6 address; null for none, else the link has gone through {@link #enableIpv6}
     */
    public synchronized void configure(String name, @Nullable Own four, @Nullable Own six) {
        var error = new NativeError();
        error.check(library.berth_interface_configure(socket.number(), name,
                four == null ? null : four.ip().getAddress(), four == null ? 0 : four.prefixLength(), four == null ? null : octets(four.gateway()),
                six == null ? null : six.ip().getAddress(), six == null ? 0 : six.prefixLength(), six == null ? null : octets(six.gateway()),
                error.buffer()));
    }

    /** Switches IPv6 on for a link of another namespace, deaf to routers that its neighbours claim to be; sandboxes have it off at first. */
    public static void enableIpv6(Fd netns, String name) {
        var error = new NativeError();
        error.check(Native.library().berth_ipv6_enable(netns.number(), name, error.buffer()));
    }

    /** Lets the IPv4 default route go over this gateway, or with null nowhere; whatever it was before. */
    public synchronized void defaultRoute(@Nullable Inet4Address gateway) {
        var error = new NativeError();
        error.check(library.berth_default_route(socket.number(), octets(gateway), 4, error.buffer()));
    }

    /** As {@link #defaultRoute}, of IPv6. */
    public synchronized void defaultRoute6(@Nullable Inet6Address gateway) {
        var error = new NativeError();
        error.check(library.berth_default_route(socket.number(), octets(gateway), 16, error.buffer()));
    }

    private static byte @Nullable [] octets(@Nullable InetAddress address) {
        return address == null ? null : address.getAddress();
    }

    /** Lets the IPv4 default route go to a link itself, without gateway; whatever it was before. */
    public synchronized void defaultRouteOver(String name) {
        var error = new NativeError();
        error.check(library.berth_default_route_over(socket.number(), name, 4, error.buffer()));
    }

    /** As {@link #defaultRouteOver}, of IPv6. */
    public synchronized void defaultRouteOver6(String name) {
        var error = new NativeError();
        error.check(library.berth_default_route_over(socket.number(), name, 16, error.buffer()));
    }

    /** Whether the kernel knows links of this kind. @param kind {@code macvlan} or {@code ipvlan} */
    public synchronized boolean knows(String kind) {
        var error = new NativeError();
        int result = library.berth_lan_known(socket.number(), kind, error.buffer());
        return result != -Errno.EOPNOTSUPP && error.check(result) == 0;
    }

    /**
     * Makes a link on another one of this namespace, directly in another namespace, down.
     *
     * @param kind {@code macvlan} or {@code ipvlan}
     * @param parent index of the link that it stands on
     * @param mode {@code MACVLAN_MODE_*} or {@code IPVLAN_MODE_*}
     * @param flags {@code IPVLAN_F_*}
     * @param mac null for what the kernel chooses
     */
    public synchronized void createOn(String kind, int parent, int mode, int flags, Fd netns, String name, byte @Nullable [] mac) {
        var error = new NativeError();
        error.check(library.berth_lan_create(socket.number(), kind, parent, mode, flags, netns.number(), name, mac, error.buffer()));
    }

    /** Makes a link that carries nothing anywhere, up; EOPNOTSUPP when the kernel does not know the kind. @param kind dummy or ifb */
    public synchronized void createSink(String kind, String name, int group) {
        var error = new NativeError();
        error.check(library.berth_sink_create(socket.number(), kind, name, group, error.buffer()));
    }

    /** Makes a VLAN on a link, up; EOPNOTSUPP when the kernel has none. @param id 1 to 4094 */
    public synchronized void createVlan(String name, int parent, int id, int group) {
        var error = new NativeError();
        error.check(library.berth_vlan_create(socket.number(), name, parent, id, group, error.buffer()));
    }

    /** Gives a link another hardware address. */
    public synchronized void setHardwareAddress(String name, byte[] mac) {
        var error = new NativeError();
        error.check(library.berth_link_address(socket.number(), name, mac, error.buffer()));
    }

    /** Has a bridge pass nothing between this port and others that this was done to: they reach the host only. */
    public synchronized void isolatePort(int index) {
        var error = new NativeError();
        error.check(library.berth_port_isolate(socket.number(), index, error.buffer()));
    }

    /** Deletes a link; a veth goes with its other end. Takes 20 ms and more: not for a request that somebody waits for. */
    public synchronized boolean delete(int index) {
        var error = new NativeError();
        int result = library.berth_link_delete(socket.number(), index, error.buffer());
        return result != -Errno.ENODEV && error.check(result) == 0;
    }

    /** Deletes all links of a group, for the price of one; false when there was none. */
    public synchronized boolean deleteGroup(int group) {
        var error = new NativeError();
        int result = library.berth_link_delete_group(socket.number(), group, error.buffer());
        return result != -Errno.ENODEV && error.check(result) == 0;
    }

    /** All links of the namespace. */
    public synchronized List<Link> list() {
        return dump(library::berth_dump_links, LINK_SIZE, record -> {
            int index = record.getInt();
            int master = record.getInt();
            int other = record.getInt();
            int mtu = record.getInt();
            int group = record.getInt();
            int flags = record.getInt();
            byte[] mac = new byte[MAC_SIZE];
            record.get(mac);
            record.position(record.position() + 2);
            return new Link(index, text(record), text(record), master, other, mtu, group, (flags & IFF_UP) != 0, HexFormat.ofDelimiter(":").formatHex(mac));
        });
    }

    /** All addresses of the namespace. */
    public synchronized List<HostAddress> addresses() {
        return dump(library::berth_dump_addresses, ADDRESS_SIZE, record -> {
            int index = record.getInt();
            byte family = record.get();
            int prefixLength = record.get();
            record.position(record.position() + 2);
            return new HostAddress(index, address(record, family), prefixLength & 0xff);
        });
    }

    /** All unicast routes of the namespace, of all tables. */
    public synchronized List<Route> routes() {
        return dump(library::berth_dump_routes, ROUTE_SIZE, record -> {
            int table = record.getInt();
            int index = record.getInt();
            int metric = record.getInt();
            byte family = record.get();
            int prefixLength = record.get() & 0xff;
            record.position(record.position() + 2);
            InetAddress destination = address(record, family);
            InetAddress gateway = address(record, family);
            return new Route(table, index, metric, destination, prefixLength, gateway.isAnyLocalAddress() ? null : gateway);
        });
    }

    @Override
    public void close() {
        socket.close();
    }

    private interface Dump {
        long fill(int netlink, byte[] out, long size, byte[] err);
    }

    private <T> List<T> dump(Dump call, int recordSize, Function<ByteBuffer, T> parse) {
        int size = 256 * recordSize;
        while (true) {
            var error = new NativeError();
            byte[] out = new byte[size];
            long used = call.fill(socket.number(), out, size, error.buffer());
            if (used == -Errno.ENOBUFS) {
                size *= 4;
            } else if (used != -Errno.EAGAIN) {
                return parsed(ByteBuffer.wrap(out, 0, (int) error.check(used)).order(ByteOrder.nativeOrder()), recordSize, parse);
            }
        }
    }

    private static <T> List<T> parsed(ByteBuffer records, int recordSize, Function<ByteBuffer, T> parse) {
        var all = new ArrayList<T>(records.remaining() / recordSize);
        for (int at = 0; at < records.limit(); at += recordSize) {
            records.position(at);
            all.add(parse.apply(records));
        }
        return all;
    }

    private static String text(ByteBuffer record) {
        byte[] octets = new byte[NAME_SIZE];
        record.get(octets);
        int end = 0;
        while (end < octets.length && octets[end] != 0) {
            end++;
        }
        return new String(octets, 0, end, StandardCharsets.UTF_8);
    }

    private static InetAddress address(ByteBuffer record, byte family) {
        byte[] octets = new byte[16];
        record.get(octets);
        try {
            return InetAddress.getByAddress(family == AF_INET ? Arrays.copyOf(octets, 4) : octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 or 16 octets are an address", impossible);
        }
    }
}
