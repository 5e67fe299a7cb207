/** Consoles: shells that people sit at, which outlive lost connections, and the tools for containers that have no shell. */
@NullMarked
package io.berth.console;

import org.jspecify.annotations.NullMarked;
