package io.berth.container;

import io.berth.error.InvalidArgumentException;
import io.berth.runtime.SeccompProfile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code SecurityOpt} of the API.
 *
 * @param seccomp the profile; null for none
 */
record SecurityOptions(@Nullable SeccompProfile seccomp, boolean noNewPrivileges) {

    static SecurityOptions of(HostConfig host) {
        SeccompProfile profile = host.privileged() ? null : SeccompProfile.builtIn();
        boolean noNewPrivileges = false;
        for (String option : host.securityOpt() == null ? List.<String>of() : host.securityOpt()) {
            int end = separator(option);
            String key = end < 0 ? option : option.substring(0, end);
            String value = end < 0 ? "" : option.substring(end + 1);
            switch (key) {
                case "no-new-privileges" -> noNewPrivileges = flag(value, option);
                case "seccomp" -> profile = switch (value) {
                    case "unconfined" -> null;
                    case "builtin", "" -> SeccompProfile.builtIn();
                    default -> SeccompProfile.parse(value);
                };
                case "apparmor" -> refuse(!value.equals("unconfined"), option, "this kernel has no AppArmor");
                case "label" -> refuse(!value.equals("disable"), option, "this kernel has no SELinux");
                case "systempaths" -> refuse(!value.equals("unconfined"), option, "only unconfined is possible");
                default -> throw new InvalidArgumentException("invalid --security-opt 2: \"" + option + "\"");
            }
        }
        return new SecurityOptions(profile, noNewPrivileges);
    }

    private static int separator(String option) {
        int equals = option.indexOf('=');
        return equals >= 0 ? equals : option.indexOf(':');
    }

    private static boolean flag(String value, String option) {
        return switch (value) {
            case "", "true" -> true;
            case "false" -> false;
            default -> throw new InvalidArgumentException("invalid --security-opt: \"" + option + "\"");
        };
    }

    private static void refuse(boolean wrong, String option, String why) {
        if (wrong) {
            throw new InvalidArgumentException("invalid --security-opt \"" + option + "\": " + why);
        }
    }
}
