package io.berth.network;

import io.berth.error.InvalidArgumentException;
import java.util.Map;

/**
 * The options of Docker's drivers macvlan and ipvlan that a network was made with. Others mean nothing and are kept.
 *
 * @param parent link of the host that the containers' interfaces stand on; empty for one that leads nowhere
 * @param mode what users call it
 * @param modeNumber what the kernel does
 * @param flagNumber as well
 */
record LinkOptions(String parent, String mode, int modeNumber, int flagNumber) {

    private static final String PARENT = "parent";
    private static final String PASSTHRU = "passthru";
    private static final String LOOPBACK = "lo";
    private static final String USUAL_FLAG = "bridge";

    /** Reads them. @throws InvalidArgumentException a value that cannot be */
    static LinkOptions of(LinkKind kind, Map<String, String> options) {
        String mode = orUsual(options.getOrDefault(kind.modeOption(), ""), kind.usualMode());
        Integer modeNumber = kind.modes().get(mode);
        if (modeNumber == null) {
            throw new InvalidArgumentException("requested %s mode '%s' is not valid, '%s' mode is the %s driver default".formatted(kind.word(), mode,
                    kind.usualMode(), kind.word()));
        }
        int flagNumber = kind.flags().isEmpty() ? 0 : flag(kind, orUsual(options.getOrDefault(kind.flagOption(), ""), USUAL_FLAG));
        String parent = parent(options);
        if (parent.equals(LOOPBACK)) {
            throw new InvalidArgumentException("loopback interface is not a valid " + kind.word() + " parent link");
        }
        return new LinkOptions(parent, mode, modeNumber, flagNumber);
    }

    /** The parent that a network names; empty for none. */
    static String parent(Map<String, String> options) {
        return options.getOrDefault(PARENT, "");
    }

    private static int flag(LinkKind kind, String flag) {
        Integer number = kind.flags().get(flag);
        if (number == null) {
            throw new InvalidArgumentException("requested %s flag '%s' is not valid, '%s' is the %s driver default".formatted(kind.word(), flag, USUAL_FLAG,
                    kind.word()));
        }
        return number;
    }

    private static String orUsual(String text, String usual) {
        return text.isEmpty() ? usual : text;
    }

    /** Whether one interface has the parent, and its hardware address, for itself. */
    boolean isPassthru() {
        return mode.equals(PASSTHRU);
    }

    /** Whether packets are routed by the parent's side: no gateway is asked who has an address. */
    boolean isRouted() {
        return mode.startsWith("l3");
    }
}
