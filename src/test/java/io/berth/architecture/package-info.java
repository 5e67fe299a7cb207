/** The rules that hold for all modules, as tests. */
@NullMarked
package io.berth.architecture;

import org.jspecify.annotations.NullMarked;
