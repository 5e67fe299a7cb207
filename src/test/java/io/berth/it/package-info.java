/** End-to-end tests: the packed jar, the real docker CLI, the real kernel. */
@NullMarked
package io.berth.it;

import org.jspecify.annotations.NullMarked;
