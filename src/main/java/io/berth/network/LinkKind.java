package io.berth.network;

import java.util.Map;

/** The kinds of links that stand on a link of the host. Numbers: linux/if_link.h. */
enum LinkKind {
    MACVLAN("macvlan", "dm-", "macvlan_mode", "bridge", Map.of("private", 1, "vepa", 2, "bridge", 4, "passthru", 8), "", Map.of()),
    IPVLAN("ipvlan", "di-", "ipvlan_mode", "l2", Map.of("l2", 0, "l3", 1, "l3s", 2), "ipvlan_flag", Map.of("bridge", 0, "private", 1, "vepa", 2));

    private final String word;
    private final String ownPrefix;
    private final String modeOption;
    private final String usualMode;
    private final Map<String, Integer> modes;
    private final String flagOption;
    private final Map<String, Integer> flags;

    LinkKind(String word, String ownPrefix, String modeOption, String usualMode, Map<String, Integer> modes, String flagOption,
            Map<String, Integer> flags) {
        this.word = word;
        this.ownPrefix = ownPrefix;
        this.modeOption = modeOption;
        this.usualMode = usualMode;
        this.modes = modes;
        this.flagOption = flagOption;
        this.flags = flags;
    }

    /** Name of the driver, of the kind in the kernel, and of its module. */
    String word() {
        return word;
    }

    /** What a parent is called that the engine makes for a network which names none. */
    String ownParent(NetworkId network) {
        return ownPrefix + network.shortId();
    }

    String modeOption() {
        return modeOption;
    }

    String usualMode() {
        return usualMode;
    }

    /** By what users call them. */
    Map<String, Integer> modes() {
        return modes;
    }

    /** Empty where there are none. */
    String flagOption() {
        return flagOption;
    }

    Map<String, Integer> flags() {
        return flags;
    }

    /** Whether several networks may stand on one parent: not where the mode is the parent's. */
    boolean sharesParent() {
        return this == MACVLAN;
    }

    /** Whether each link has a hardware address of its own. */
    boolean hasOwnAddress() {
        return this == MACVLAN;
    }
}
