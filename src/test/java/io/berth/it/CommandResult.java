package io.berth.it;

import static org.assertj.core.api.Assertions.assertThat;

/** What a program that has ended printed and answered. */
public record CommandResult(String command, int exitCode, String out, String err) {

    /** Fails the test with everything that was printed unless the exit code is {@code code}. */
    public CommandResult expect(int code) {
        assertThat(exitCode).as("%s%n--- stdout%n%s--- stderr%n%s", command, out, err).isEqualTo(code);
        return this;
    }

    /** Standard output of a successful run, without surrounding white space. */
    public String ok() {
        return expect(0).out().strip();
    }
}
