/** Berth. Each direct sub-package is a module; its top-level public types are its API. */
@NullMarked
package io.berth;

import org.jspecify.annotations.NullMarked;
