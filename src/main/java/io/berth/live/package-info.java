/** WebSockets of the dashboard: lists that change, samples, logs and consoles. */
@NullMarked
package io.berth.live;

import org.jspecify.annotations.NullMarked;
