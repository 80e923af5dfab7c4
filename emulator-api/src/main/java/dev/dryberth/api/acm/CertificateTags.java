package dev.dryberth.api.acm;

import dev.dryberth.core.model.Certificate;
import dev.dryberth.core.model.Tag;
import dev.dryberth.core.state.Tx;

import software.amazon.awssdk.services.acm.model.AddTagsToCertificateRequest;
import software.amazon.awssdk.services.acm.model.AddTagsToCertificateResponse;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateRequest;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateResponse;
import software.amazon.awssdk.services.acm.model.RemoveTagsFromCertificateRequest;
import software.amazon.awssdk.services.acm.model.RemoveTagsFromCertificateResponse;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tags of certificates. Loop thread, but for {@link #checked}. */
final class CertificateTags {

    private static final int MAX_TAGS = 50;
    private static final int MAX_KEY_LENGTH = 128;
    private static final int MAX_VALUE_LENGTH = 256;

    AddTagsToCertificateResponse addTagsToCertificate(Tx tx, AddTagsToCertificateRequest request) {
        Certificate row = Rows.certificate(tx.world(), request.certificateArn());
        List<Tag> added = checked(request.tags());
        List<Tag> next = new ArrayList<>(row.tags());
        next.removeIf(tag -> added.stream().anyMatch(each -> each.key().equals(tag.key())));
        next.addAll(added);
        if (next.size() > MAX_TAGS) {
            throw AcmErrors.tooManyTags(MAX_TAGS);
        }
        tx.put(tx.world().certificates(), row.arn(), row.withTags(List.copyOf(next)));
        return AddTagsToCertificateResponse.builder().build();
    }

    /** A tag given with a value is removed only if it has that value. */
    RemoveTagsFromCertificateResponse removeTagsFromCertificate(
            Tx tx, RemoveTagsFromCertificateRequest request) {
        Certificate row = Rows.certificate(tx.world(), request.certificateArn());
        List<Tag> next =
                row.tags().stream()
                        .filter(tag ->
                                request.tags().stream()
                                        .noneMatch(each ->
                                                tag.key().equals(each.key())
                                                        && (each.value() == null
                                                                || tag.value()
                                                                        .equals(each.value()))))
                        .toList();
        tx.put(tx.world().certificates(), row.arn(), row.withTags(next));
        return RemoveTagsFromCertificateResponse.builder().build();
    }

    ListTagsForCertificateResponse listTagsForCertificate(
            Tx tx, ListTagsForCertificateRequest request) {
        Certificate row = Rows.certificate(tx.world(), request.certificateArn());
        return ListTagsForCertificateResponse.builder()
                .tags(
                        row.tags().stream()
                                .map(tag ->
                                        software.amazon.awssdk.services.acm.model.Tag.builder()
                                                .key(tag.key())
                                                .value(tag.value())
                                                .build())
                                .toList())
                .build();
    }

    static List<Tag> checked(List<software.amazon.awssdk.services.acm.model.Tag> tags) {
        if (tags.size() > MAX_TAGS) {
            throw AcmErrors.tooManyTags(MAX_TAGS);
        }
        List<Tag> checked = new ArrayList<>();
        for (software.amazon.awssdk.services.acm.model.Tag tag : tags) {
            String key = tag.key();
            String value = tag.value() == null ? "" : tag.value();
            if (key == null || key.isEmpty() || key.length() > MAX_KEY_LENGTH) {
                throw AcmErrors.tag(
                        "The tag key '%s' is not from 1 to %d characters long."
                                .formatted(key, MAX_KEY_LENGTH));
            }
            if (value.length() > MAX_VALUE_LENGTH) {
                throw AcmErrors.tag(
                        "The tag value '%s' is longer than %d characters."
                                .formatted(value, MAX_VALUE_LENGTH));
            }
            if (key.toLowerCase(Locale.ROOT).startsWith("aws:")) {
                throw AcmErrors.tag(
                        "The tag key '" + key + "' begins with the reserved prefix 'aws:'.");
            }
            if (checked.stream().anyMatch(each -> each.key().equals(key))) {
                throw AcmErrors.tag("The tag key '" + key + "' appears more than once.");
            }
            checked.add(new Tag(key, value));
        }
        return List.copyOf(checked);
    }
}
