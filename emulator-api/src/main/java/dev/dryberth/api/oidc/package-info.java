/**
 * What a load balancer has to do with OpenID Connect, apart from its own sockets: keys, sessions
 * and the conversation with an identity provider.
 */
@NullMarked
package dev.dryberth.api.oidc;

import org.jspecify.annotations.NullMarked;
