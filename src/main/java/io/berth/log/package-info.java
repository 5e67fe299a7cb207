/** What containers have printed: log files and their readers. */
@NullMarked
package io.berth.log;

import org.jspecify.annotations.NullMarked;
