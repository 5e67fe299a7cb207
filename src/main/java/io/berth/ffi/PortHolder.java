package io.berth.ffi;

import java.net.InetAddress;
import java.util.Optional;

/** Sockets that reserve ports of the host without serving anybody. */
public final class PortHolder {

    static final int IPPROTO_TCP = 6;
    static final int IPPROTO_UDP = 17;
    private static final int IPPROTO_SCTP = 132;

    private PortHolder() {}

    /**
     * Reserves a port of the calling thread's namespace; nobody else can bind it while the descriptor is open.
     *
     * @param address the address; the any-address of a family for all of that family
     * @param tcp TCP, else UDP
     * @param port 1 to 65535; 0 for a free one, see {@link #portOf}
     * @throws NativeException EADDRINUSE: somebody has it; EADDRNOTAVAIL: not an address of this host
     */
    public static Fd hold(InetAddress address, boolean tcp, int port) {
        return hold(address, tcp ? IPPROTO_TCP : IPPROTO_UDP, port);
    }

    /** As {@link #hold}, of SCTP; empty where the kernel has no such sockets, so that no process of the host can have the port. */
    public static Optional<Fd> holdSctp(InetAddress address, int port) {
        try {
            return Optional.of(hold(address, IPPROTO_SCTP, port));
        } catch (NativeException refused) {
            if (refused.errno() == Errno.EPROTONOSUPPORT) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private static Fd hold(InetAddress address, int protocol, int port) {
        var error = new NativeError();
        byte[] octets = address.getAddress();
        return new Fd(error.check(Native.library().berth_port_hold(octets, octets.length, protocol, port, error.buffer())));
    }

    /** The port that a holder has. */
    public static int portOf(Fd holder) {
        var error = new NativeError();
        return error.check(Native.library().berth_port_of(holder.number(), error.buffer()));
    }
}
