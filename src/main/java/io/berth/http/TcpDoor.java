package io.berth.http;

import io.berth.auth.Accounts;
import io.berth.error.InvalidArgumentException;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.SessionTrackingMode;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.ProviderManager;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.RequestAuthorizationContext;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.CrossOriginResourcePolicyHeaderWriter.CrossOriginResourcePolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.session.HttpSessionEventPublisher;

/**
 * The security chain of the TCP door: the dashboard's pages, {@code /api/v1}, the WebSockets and the health check.
 *
 * <p>A browser logs in by form and has a session: the cookie is {@code HttpOnly} and {@code SameSite=Strict}, each write needs the
 * session's CSRF token in {@code X-CSRF-TOKEN}. A script sends its name and password with each request ({@code Authorization: Basic},
 * RFC 7617) and gets no session; the token is not asked of it, since no browser adds that header by itself: we never challenge for it.
 * Both pass {@link SameSiteFilter} first. What {@link TcpRoutes} does not name is 404 for everyone.
 */
@Configuration(proxyBeanMethods = false)
class TcpDoor {

    static final String SESSION_COOKIE = "berth-session";
    private static final Duration IDLE_SESSION = Duration.ofHours(12);
    private static final int LAST = 100;

    @Bean
    @Order(LAST)
    SecurityFilterChain tcpChain(HttpSecurity http, TcpRoutes routes, Accounts accounts, WebProperties web, ServerProperties server) throws Exception {
        var answers = new LoginAnswers(routes);
        var address = server.getAddress() == null ? null : server.getAddress().getHostAddress();
        return http
                .authenticationManager(new ProviderManager(new AccountAuthentication(accounts)))
                .addFilterAfter(new SameSiteFilter(new OwnHosts(address, web.hosts())), HeaderWriterFilter.class)
                .authorizeHttpRequests(requests -> requests
                        .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC, DispatcherType.FORWARD).permitAll()
                        .anyRequest().access((who, what) -> decide(routes, who, what)))
                .formLogin(form -> form.loginPage("/login").loginProcessingUrl("/login").permitAll(false)
                        .usernameParameter("name").passwordParameter("password")
                        .defaultSuccessUrl("/").failureHandler(answers::loginFailed))
                .logout(logout -> logout.logoutUrl("/logout").logoutSuccessUrl("/login?out").deleteCookies(SESSION_COOKIE))
                .httpBasic(basic -> basic.authenticationEntryPoint(answers::unauthorized))
                .csrf(csrf -> csrf.ignoringRequestMatchers(TcpDoor::bringsItsOwnCredentials))
                .exceptionHandling(failed -> failed.authenticationEntryPoint(answers::unauthorized).accessDeniedHandler(answers::denied))
                .requestCache(cache -> cache.requestCache(answers.pagesOnly()))
                .headers(headers -> headers
                        .contentTypeOptions(options -> {})
                        // Not no-referrer: with that, browsers send the login form with "Origin: null".
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.SAME_ORIGIN))
                        .frameOptions(frames -> frames.deny())
                        .addHeaderWriter(new ContentPolicy())
                        .crossOriginOpenerPolicy(policy -> policy.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
                        .crossOriginResourcePolicy(policy -> policy.policy(CrossOriginResourcePolicy.SAME_ORIGIN)))
                .build();
    }

    /** Passwords travel over this port: beyond the machine itself they need TLS, or somebody who says that it comes from elsewhere. */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> addressRule(WebProperties web, ServerProperties server) {
        return factory -> {
            var address = server.getAddress();
            boolean encrypted = server.getSsl() != null && server.getSsl().isEnabled();
            if (address != null && !address.isLoopbackAddress() && !encrypted && !web.insecure()) {
                throw new InvalidArgumentException("server.address " + address.getHostAddress() + " lies beyond the loopback: set up TLS "
                        + "(server.ssl), or say by berth.web.insecure=true that none is wanted");
            }
        };
    }

    /** Keeps Spring Boot from making an account of its own. */
    @Bean
    AuthenticationManager noOtherAccounts(Accounts accounts) {
        return new ProviderManager(new AccountAuthentication(accounts));
    }

    /** Tells the application of sessions that end, so that their WebSockets end too. */
    @Bean
    HttpSessionEventPublisher sessionEvents() {
        return new HttpSessionEventPublisher();
    }

    @Bean
    ServletContextInitializer sessionCookie() {
        return context -> {
            context.setSessionTimeout(Math.toIntExact(IDLE_SESSION.toMinutes()));
            context.setSessionTrackingModes(Set.of(SessionTrackingMode.COOKIE));
            var cookie = context.getSessionCookieConfig();
            cookie.setName(SESSION_COOKIE);
            cookie.setHttpOnly(true);
            cookie.setAttribute("SameSite", "Strict");
        };
    }

    private static AuthorizationDecision decide(TcpRoutes routes, Supplier<? extends @Nullable Authentication> who, RequestAuthorizationContext what) {
        return new AuthorizationDecision(routes.ruleOf(what.getRequest()).map(rule -> switch (rule.access()) {
            case PUBLIC -> true;
            case ACCOUNT -> isLoggedIn(who.get());
        }).orElse(false));
    }

    private static boolean isLoggedIn(@Nullable Authentication who) {
        return who != null && who.isAuthenticated()
                && who.getAuthorities().stream().anyMatch(authority -> "ROLE_ADMIN".equals(authority.getAuthority()));
    }

    private static boolean bringsItsOwnCredentials(HttpServletRequest request) {
        return request.getHeader(HttpHeaders.AUTHORIZATION) != null && request.getRequestedSessionId() == null;
    }
}
