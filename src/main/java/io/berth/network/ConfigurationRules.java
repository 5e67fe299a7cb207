package io.berth.network;

import io.berth.error.ForbiddenException;
import java.util.Set;

/** Networks that are configurations for others, and networks that are made from them. Source: Docker Engine API v1.50, NetworkCreate. */
final class ConfigurationRules {

    private static final Set<String> USUAL_IPAM = Set.of("", "default");

    private ConfigurationRules() {}

    /** A network that is made from a configuration says nothing of what that says. @throws ForbiddenException it does */
    static void requirePlain(NetworkSpec spec) {
        if (!USUAL_IPAM.contains(spec.ipamDriver()) || spec.ipv6() || !spec.ipv4() || !spec.labels().isEmpty() || !NetworkRules.pools(spec).isEmpty()) {
            throw new ForbiddenException("user specified configurations are not supported if the network depends on a configuration network");
        }
        if (!spec.options().isEmpty()) {
            throw new ForbiddenException("network driver options are not supported if the network depends on a configuration network");
        }
    }

    /** What is asked for, with families, subnets, options and labels of a configuration. */
    static NetworkSpec completed(NetworkSpec asked, Network configuration) {
        var pools = configuration.pools().stream().map(NetworkSpec.PoolSpec::of).toList();
        return new NetworkSpec(asked.name(), asked.driver(), configuration.families().ipv6(), asked.internal(), asked.attachable(), asked.ipamDriver(), pools,
                configuration.options(), configuration.labels(), configuration.families().ipv4());
    }
}
