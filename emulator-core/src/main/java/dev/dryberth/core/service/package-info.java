/** What a service needs next: a view of it in, a plan out. */
@NullMarked
package dev.dryberth.core.service;

import org.jspecify.annotations.NullMarked;
