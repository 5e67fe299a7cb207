package io.berth.network;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A user-defined network as the one document by which it is kept: in its row, and in a file beside the database. */
record NetworkDocument(String id, String name, String driver, List<PoolDocument> pools, boolean internal, boolean attachable,
        Map<String, String> options, Map<String, String> labels, Instant created, @Nullable String configFrom, boolean configOnly,
        Network.@Nullable Families families) {

    private static final JsonMapper JSON = JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).build();

    /** A subnet in plain texts. */
    record PoolDocument(String subnet, @Nullable String range, @Nullable String gateway, Map<String, String> reserved, boolean chosen,
            boolean gatewayUnsaid) {

        private static PoolDocument of(Network.Pool pool) {
            return new PoolDocument(pool.subnet().toString(), pool.range() == null ? null : pool.range().toString(),
                    pool.gateway() == null ? null : IpText.of(pool.gateway()), pool.reserved().entrySet().stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, entry -> IpText.of(entry.getValue()))), pool.chosen(), pool.gatewayUnsaid());
        }

        private Network.Pool toPool() {
            return new Network.Pool(Subnet.parse(subnet), range == null ? null : Subnet.parse(range),
                    gateway == null ? null : InetAddress.ofLiteral(gateway),
                    reserved.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> InetAddress.ofLiteral(entry.getValue()))),
                    chosen, gatewayUnsaid);
        }
    }

    static String write(Network network) {
        return JSON.writeValueAsString(new NetworkDocument(network.id().value(), network.name(), network.driver(),
                network.pools().stream().map(PoolDocument::of).toList(), network.internal(), network.attachable(), network.options(),
                network.labels(), network.created(), network.configFrom(), network.configOnly(), network.families()));
    }

    /** @throws RuntimeException it is damaged, or of another network */
    static Network read(String document, String id) {
        var read = JSON.readValue(document, NetworkDocument.class);
        if (read == null || !read.id.equals(id)) {
            throw new IllegalArgumentException("the document is not of network " + id);
        }
        var pools = read.pools.stream().map(PoolDocument::toPool).toList();
        return new Network(new NetworkId(read.id), read.name, read.driver, pools, read.families == null ? Network.Families.of(pools) : read.families,
                read.internal, read.attachable, read.options, read.labels, read.created, read.configFrom == null ? "" : read.configFrom, read.configOnly);
    }
}
