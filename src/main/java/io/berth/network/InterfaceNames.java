package io.berth.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What the things of one instance are called in the kernel. Interface names have at most 15 characters, so they carry a hash of the
 * instance's name; two instances on one host never share a name.
 *
 * @param table name of the nftables table
 * @param bridge name of the default bridge
 * @param networkPrefix how the names of the bridges of user-defined networks begin
 * @param vethPrefix how the names of all host ends of containers' interfaces begin
 * @param shardPrefix how the names of further bridges of a network, and of what connects them, begin
 * @param group interface group of those host ends
 */
record InterfaceNames(String table, String bridge, String networkPrefix, String vethPrefix, String shardPrefix, int group) {

    private static final String DEFAULT_INSTANCE = "berth";
    private static final int TAG_DIGITS = 6;
    private static final int SUFFIX_DIGITS = 8;
    private static final int NETWORK_DIGITS = 7;
    private static final int SHARD_DIGITS = 5;

    static InterfaceNames of(String instance) {
        byte[] hash = sha256(instance);
        String tag = HexFormat.of().formatHex(hash).substring(0, TAG_DIGITS);
        boolean isDefault = instance.equals(DEFAULT_INSTANCE);
        // The prefix keeps clear of the words of nft's grammar, which cannot be names.
        return new InterfaceNames(isDefault ? DEFAULT_INSTANCE : DEFAULT_INSTANCE + "-" + instance,
                isDefault ? "berth0" : "b" + tag + "-0",
                "b" + tag + "-",
                "v" + tag,
                "s" + tag,
                ((hash[4] & 0x7f) << 24 | (hash[5] & 0xff) << 16 | (hash[6] & 0xff) << 8 | (hash[7] & 0xff)) | 1);
    }

    /** The host end's name for an endpoint. */
    String veth(String endpointId) {
        return vethPrefix + endpointId.substring(0, SUFFIX_DIGITS);
    }

    /** Whether a link is the host end of a container's interface of this instance. */
    boolean isVeth(String link) {
        return link.length() == vethPrefix.length() + SUFFIX_DIGITS && link.startsWith(vethPrefix);
    }

    /** The name of the bridge of a user-defined network. */
    String bridge(NetworkId network) {
        return networkPrefix + network.value().substring(0, NETWORK_DIGITS);
    }

    /** Whether a link is called as a bridge of a user-defined network of this instance. */
    boolean isNetworkBridge(String link) {
        return link.length() == networkPrefix.length() + NETWORK_DIGITS && link.startsWith(networkPrefix);
    }

    /** The name of a further bridge of a network. @param number 1 to 4095 */
    String shard(NetworkId network, int number) {
        return shardPrefix + network.value().substring(0, SHARD_DIGITS) + "%03x".formatted(number);
    }

    /** The name of an end of what connects a further bridge to the main one. @param onShard whether it is the further bridge's port */
    String uplink(NetworkId network, int number, boolean onShard) {
        return (onShard ? "w" : "u") + shard(network, number).substring(1);
    }

    /** Whether a link is a further bridge of a network of this instance. */
    boolean isShard(String link) {
        return link.startsWith(shardPrefix) && isFurther(link);
    }

    /** Whether a link is a further bridge of a network of this instance, or one of the two ends that connect it. */
    boolean isFurther(String link) {
        return link.length() == shardPrefix.length() + SHARD_DIGITS + 3 && "suw".indexOf(link.charAt(0)) >= 0
                && link.startsWith(shardPrefix.substring(1), 1);
    }

    /** Whether a link is called as a bridge of this network, or as what connects its bridges. */
    boolean isPartOf(String link, String network) {
        return link.equals(networkPrefix + network.substring(0, NETWORK_DIGITS))
                || isFurther(link) && link.startsWith(network.substring(0, SHARD_DIGITS), shardPrefix.length());
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
