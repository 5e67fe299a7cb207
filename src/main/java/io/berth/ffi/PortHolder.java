package io.berth.ffi;

import java.net.InetAddress;

/** Sockets that reserve ports of the host without serving anybody. */
public final class PortHolder {

    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;

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
        var error = new NativeError();
        byte[] octets = address.getAddress();
        return new Fd(error.check(Native.library().berth_port_hold(octets, octets.length, tcp ? IPPROTO_TCP : IPPROTO_UDP, port,
                error.buffer())));
    }

    /** The port that a holder has. */
    public static int portOf(Fd holder) {
        var error = new NativeError();
        return error.check(Native.library().berth_port_of(holder.number(), error.buffer()));
    }
}
