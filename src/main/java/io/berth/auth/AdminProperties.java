package io.berth.auth;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The first administrator.
 *
 * @param passwordFile a file whose first line is the password of {@code admin}, read at the first start only; without it a random one
 *     is made, printed once in the log and kept in {@code <data-root>/admin-password}
 */
@ConfigurationProperties("berth.admin")
record AdminProperties(@Nullable Path passwordFile) {}
