/** Smithy's RPC protocol with CBOR, which current SDKs speak first where a service has it. */
@NullMarked
package dev.dryberth.api.aws.cbor;

import org.jspecify.annotations.NullMarked;
