package io.berth.container;

import java.util.List;
import java.util.random.RandomGenerator;

/** Names for containers that were given none: an adjective and something seen from a quay. */
final class ContainerName {

    private static final List<String> ADJECTIVES = List.of("able", "amber", "bold", "brave", "bright", "brisk", "calm", "candid", "clear",
            "clever", "cosy", "crisp", "daring", "deft", "eager", "early", "fair", "fleet", "fond", "fresh", "gentle", "glad", "golden",
            "grand", "hardy", "hearty", "honest", "humble", "jolly", "keen", "kind", "lively", "loyal", "lucid", "lucky", "mellow", "merry",
            "mighty", "modest", "neat", "nimble", "noble", "patient", "placid", "proud", "quick", "quiet", "rapid", "ready", "robust",
            "rosy", "serene", "sharp", "silent", "sleek", "snug", "solid", "spry", "stable", "steady", "stout", "sunny", "swift", "tidy",
            "tranquil", "trim", "trusty", "upbeat", "vivid", "warm", "wise", "witty", "zesty");
    private static final List<String> NOUNS = List.of("albatross", "anchor", "ballast", "barge", "barque", "beacon", "boathook", "bollard",
            "bosun", "bowline", "breaker", "bulwark", "buoy", "cabin", "capstan", "cleat", "clipper", "compass", "coral", "cormorant",
            "crane", "current", "cutter", "davit", "deckhand", "dinghy", "dock", "dolphin", "dory", "estuary", "fathom", "fender", "ferry",
            "foghorn", "frigate", "galley", "gangway", "gannet", "gull", "halyard", "harbour", "hawser", "headland", "helm", "heron",
            "hull", "jetty", "keel", "ketch", "lagoon", "lantern", "lighter", "lighthouse", "lock", "mast", "mooring", "narwhal", "oar",
            "osprey", "otter", "pelican", "pier", "pilot", "plimsoll", "porpoise", "quay", "reef", "rigging", "rudder", "sailor",
            "schooner", "sextant", "shoal", "skiff", "skipper", "slipway", "sloop", "spinnaker", "starboard", "stevedore", "tern", "tide",
            "tiller", "trawler", "tugboat", "wake", "walrus", "whaler", "wharf", "windlass", "yawl");

    private ContainerName() {}

    /** A name that is likely to be free. */
    static String random(RandomGenerator random) {
        return ADJECTIVES.get(random.nextInt(ADJECTIVES.size())) + "_" + NOUNS.get(random.nextInt(NOUNS.size()));
    }

    /** A name that is all but certain to be free. */
    static String numbered(RandomGenerator random) {
        return random(random) + random.nextInt(1_000_000);
    }
}
