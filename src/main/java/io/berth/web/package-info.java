/** The pages' shell: login and the dashboard's frame by Thymeleaf, and the built assets. No data of the engine passes here. */
@NullMarked
package io.berth.web;

import org.jspecify.annotations.NullMarked;
