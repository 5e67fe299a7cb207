/** The management API below {@code /api/v1}: for scripts and for the dashboard alike. */
@NullMarked
package io.berth.adminapi;

import org.jspecify.annotations.NullMarked;
