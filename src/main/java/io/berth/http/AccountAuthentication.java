package io.berth.http;

import io.berth.auth.Accounts;
import io.berth.auth.LoginOutcome;
import java.util.List;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

/** Spring Security's question "who is it?", answered by {@link Accounts}. Thread-safe. */
final class AccountAuthentication implements AuthenticationProvider {

    private final Accounts accounts;

    AccountAuthentication(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public Authentication authenticate(Authentication attempt) {
        var password = attempt.getCredentials();
        var address = attempt.getDetails() instanceof WebAuthenticationDetails details ? details.getRemoteAddress() : "";
        return switch (accounts.logIn(attempt.getName(), password == null ? "" : password.toString(), address)) {
            case LoginOutcome.Welcome(var account) -> UsernamePasswordAuthenticationToken.authenticated(account.name(), null,
                    List.of(new SimpleGrantedAuthority("ROLE_" + account.role().name())));
            case LoginOutcome.Refused() -> throw new BadCredentialsException("unknown name or wrong password");
            case LoginOutcome.Wait(var left) -> throw new LoginThrottledException(left);
        };
    }

    @Override
    public boolean supports(Class<?> attempt) {
        return UsernamePasswordAuthenticationToken.class.isAssignableFrom(attempt);
    }
}
