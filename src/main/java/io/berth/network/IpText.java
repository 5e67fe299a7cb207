package io.berth.network;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses as text, IPv6 in the short form that clients compare with: RFC 5952. */
public final class IpText {

    private static final Pattern ZEROS = Pattern.compile("(?<![0-9a-f])0(:0)+(?![0-9a-f])");

    private IpText() {}

    /** The short text. */
    public static String of(InetAddress address) {
        return address instanceof Inet6Address ? shortened(withoutScope(address.getHostAddress())) : address.getHostAddress();
    }

    /** With a port: {@code 0.0.0.0:80}, {@code [::]:80}. */
    static String of(InetAddress address, int port) {
        return (address instanceof Inet6Address ? "[" + of(address) + "]" : of(address)) + ":" + port;
    }

    private static String withoutScope(String text) {
        int percent = text.indexOf('%');
        return percent < 0 ? text : text.substring(0, percent);
    }

    /** Java writes eight groups without leading zeros: the first of the longest runs of zeros becomes two colons. */
    private static String shortened(String groups) {
        Matcher runs = ZEROS.matcher(groups);
        int start = -1;
        int end = -1;
        while (runs.find()) {
            if (runs.end() - runs.start() > end - start) {
                start = runs.start();
                end = runs.end();
            }
        }
        if (start < 0) {
            return groups;
        }
        String before = groups.substring(0, start);
        String after = groups.substring(end);
        return (before.isEmpty() ? ":" : before) + (after.isEmpty() ? ":" : after);
    }
}
