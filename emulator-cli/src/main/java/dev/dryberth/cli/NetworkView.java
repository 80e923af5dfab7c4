package dev.dryberth.cli;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.dryberth.core.model.Vpc;
import dev.dryberth.core.wire.SdkJson;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** The VPCs as {@code GET /_dryberth/network} shows them. */
final class NetworkView {

    private NetworkView() {}

    static byte[] json(List<Vpc> vpcs) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = SdkJson.JSON.createGenerator(bytes)) {
            out.writeStartObject();
            out.writeArrayFieldStart("vpcs");
            for (Vpc vpc : vpcs) {
                vpc(out, vpc);
            }
            out.writeEndArray();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing JSON to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static void vpc(JsonGenerator out, Vpc vpc) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", vpc.id());
        out.writeStringField("region", vpc.scope().region());
        out.writeStringField("account", vpc.scope().account());
        out.writeStringField("cidr", vpc.cidr());
        out.writeBooleanField("isDefault", vpc.isDefault());
        out.writeStringField("internetGatewayId", vpc.internetGatewayId());
        out.writeArrayFieldStart("subnets");
        for (Vpc.Subnet subnet : vpc.subnets()) {
            out.writeStartObject();
            out.writeStringField("id", subnet.id());
            out.writeStringField("cidr", subnet.cidr());
            out.writeStringField("availabilityZone", subnet.availabilityZone());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("securityGroups");
        for (Vpc.SecurityGroup group : vpc.securityGroups()) {
            out.writeStartObject();
            out.writeStringField("id", group.id());
            out.writeStringField("name", group.name());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }
}
