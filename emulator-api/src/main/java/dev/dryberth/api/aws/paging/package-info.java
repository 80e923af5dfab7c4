/** The tokens that lead from one page of a listing to the next. */
@NullMarked
package dev.dryberth.api.aws.paging;

import org.jspecify.annotations.NullMarked;
