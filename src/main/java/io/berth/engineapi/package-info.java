/** The Docker Engine API on the Unix socket: controllers that translate and do nothing else. */
@NullMarked
package io.berth.engineapi;

import org.jspecify.annotations.NullMarked;
