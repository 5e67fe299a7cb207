package io.berth.container;

import static io.berth.error.InvalidArgumentException.about;

import io.berth.error.InvalidArgumentException;
import io.berth.runtime.AppArmor;
import io.berth.runtime.LaunchOp;
import io.berth.runtime.SeccompProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code SecurityOpt} of the API. Profiles of AppArmor have an effect where the kernel has it, labels of SELinux have none: the engine
 * confines by other means.
 *
 * @param seccomp the profile; null for none
 * @param systemPathsUnconfined no path of the kernel is masked or read-only
 */
record SecurityOptions(@Nullable SeccompProfile seccomp, boolean noNewPrivileges, boolean systemPathsUnconfined) {

    private static final String UNCONFINED = "unconfined";

    /** An option in its parts; {@code value} is null for one without. */
    private record Option(String text, String key, @Nullable String value) {

        /** Docker has taken a colon for the sign of equality, and still does. */
        static Option parse(String text) {
            int equals = text.indexOf('=');
            int end = equals >= 0 ? equals : text.indexOf(':');
            return end < 0 ? new Option(text, text, null) : new Option(text, text.substring(0, end), text.substring(end + 1));
        }

        InvalidArgumentException invalid(int place) {
            return new InvalidArgumentException("invalid --security-opt " + place + ": \"" + text + "\"");
        }

        String required() {
            if (value == null) {
                throw invalid(1);
            }
            return value;
        }
    }

    static SecurityOptions of(HostConfig host) {
        return about("HostConfig.SecurityOpt", () -> read(host));
    }

    private static SecurityOptions read(HostConfig host) {
        SeccompProfile profile = host.privileged() ? null : SeccompProfile.builtIn();
        boolean noNewPrivileges = false;
        boolean unconfined = false;
        for (var option : options(host)) {
            switch (option.key) {
                case "no-new-privileges" -> noNewPrivileges = flag(option);
                case "seccomp" -> profile = switch (option.required()) {
                    case UNCONFINED -> null;
                    case "builtin", "" -> SeccompProfile.builtIn();
                    default -> SeccompProfile.parse(option.required());
                };
                case "systempaths" -> {
                    if (!option.required().equals(UNCONFINED)) {
                        throw option.invalid(2);
                    }
                    unconfined = true;
                }
                case "apparmor", "label" -> option.required();
                default -> {
                    if (!option.text.equals("disable")) { // an old word for label=disable
                        throw option.invalid(option.value == null ? 1 : 2);
                    }
                }
            }
        }
        return new SecurityOptions(profile, noNewPrivileges, unconfined);
    }

    /** The profile of AppArmor that was asked for; empty when none was. A privileged container has none, as Docker has it. */
    static String appArmorProfile(HostConfig host) {
        var asked = options(host).stream().filter(option -> option.key.equals("apparmor")).reduce((_, last) -> last).map(Option::required)
                .orElse("");
        return host.privileged() && !asked.isEmpty() ? UNCONFINED : asked;
    }

    /** The same for the operations before a program. */
    static List<LaunchOp> appArmorOps(HostConfig host) {
        var profile = appArmorProfile(host);
        return !AppArmor.isEnabled() || profile.isEmpty() || profile.equals(UNCONFINED) ? List.of() : List.of(AppArmor.confine(profile));
    }

    /** What is asked for and cannot be. */
    static List<String> warnings(HostConfig host, boolean appArmor) {
        return options(host).stream().filter(option -> option.key.equals("apparmor") && !appArmor && !UNCONFINED.equals(option.value)
                || option.key.equals("label") && !"disable".equals(option.value))
                .map(option -> "The security option \"" + option.text + "\" has no effect: "
                        + (option.key.equals("label") ? "SELinux" : "AppArmor") + " is not used.").toList();
    }

    private static List<Option> options(HostConfig host) {
        return host.securityOpt() == null ? List.of() : host.securityOpt().stream().map(Option::parse).toList();
    }

    /** As Go's {@code strconv.ParseBool}. */
    private static boolean flag(Option option) {
        return switch (option.value) {
            case null -> true;
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw option.invalid(2);
        };
    }
}
