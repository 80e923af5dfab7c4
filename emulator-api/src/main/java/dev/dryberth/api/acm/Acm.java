package dev.dryberth.api.acm;

import dev.dryberth.api.aws.AwsService;
import dev.dryberth.api.aws.json.AwsJson;
import dev.dryberth.core.engine.Engine;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.AddTagsToCertificateRequest;
import software.amazon.awssdk.services.acm.model.AddTagsToCertificateResponse;
import software.amazon.awssdk.services.acm.model.DeleteCertificateRequest;
import software.amazon.awssdk.services.acm.model.DeleteCertificateResponse;
import software.amazon.awssdk.services.acm.model.DescribeCertificateRequest;
import software.amazon.awssdk.services.acm.model.DescribeCertificateResponse;
import software.amazon.awssdk.services.acm.model.GetCertificateRequest;
import software.amazon.awssdk.services.acm.model.GetCertificateResponse;
import software.amazon.awssdk.services.acm.model.ImportCertificateRequest;
import software.amazon.awssdk.services.acm.model.ImportCertificateResponse;
import software.amazon.awssdk.services.acm.model.ListCertificatesRequest;
import software.amazon.awssdk.services.acm.model.ListCertificatesResponse;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateRequest;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateResponse;
import software.amazon.awssdk.services.acm.model.RemoveTagsFromCertificateRequest;
import software.amazon.awssdk.services.acm.model.RemoveTagsFromCertificateResponse;
import software.amazon.awssdk.services.acm.model.RequestCertificateRequest;
import software.amazon.awssdk.services.acm.model.RequestCertificateResponse;

import java.util.List;

/**
 * AWS Certificate Manager: the table of contents. What is not overridden is not built, and says so.
 * May be called on any thread; what makes keys or reads certificates does so on the caller's, which
 * must not be the loop.
 */
public final class Acm implements AcmClient {

    private final Engine engine;
    private final LocalAuthority authority;

    /** Made with the first call: a daemon nobody asks for certificates pays nothing. */
    private @Nullable Parts parts;

    public Acm(Engine engine, LocalAuthority authority) {
        this.engine = engine;
        this.authority = authority;
    }

    /** ACM as the request chain serves it. */
    public AwsService service() {
        return new AwsService(
                        "acm",
                        "CertificateManager",
                        List.of("acm"),
                        AwsJson.V1_1,
                        AcmClient.class,
                        this)
                .withRecordedOnly(
                        List.of(
                                "RequestCertificate.DomainValidationOptions",
                                "RequestCertificate.Options.CertificateTransparencyLoggingPreference",
                                "RequestCertificate.ValidationMethod"))
                .withAside(
                        List.of(
                                "DescribeCertificate",
                                "ImportCertificate",
                                "ListCertificates",
                                "RequestCertificate"));
    }

    private static final class Parts {

        final Requests requests;
        final Imports imports;
        final Certificates certificates;
        final CertificateTags tags = new CertificateTags();

        Parts(Engine engine, LocalAuthority authority) {
            requests = new Requests(engine, authority);
            imports = new Imports(engine);
            certificates = new Certificates(engine);
        }
    }

    private synchronized Parts parts() {
        if (parts == null) {
            parts = new Parts(engine, authority);
        }
        return parts;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public RequestCertificateResponse requestCertificate(RequestCertificateRequest request) {
        return parts().requests.requestCertificate(request);
    }

    @Override
    public ImportCertificateResponse importCertificate(ImportCertificateRequest request) {
        return parts().imports.importCertificate(request);
    }

    @Override
    public DescribeCertificateResponse describeCertificate(DescribeCertificateRequest request) {
        return parts().certificates.describeCertificate(request);
    }

    @Override
    public ListCertificatesResponse listCertificates(ListCertificatesRequest request) {
        return parts().certificates.listCertificates(request);
    }

    @Override
    public GetCertificateResponse getCertificate(GetCertificateRequest request) {
        return engine.call(tx -> parts().certificates.getCertificate(tx, request));
    }

    @Override
    public DeleteCertificateResponse deleteCertificate(DeleteCertificateRequest request) {
        return engine.call(tx -> parts().certificates.deleteCertificate(tx, request));
    }

    @Override
    public AddTagsToCertificateResponse addTagsToCertificate(AddTagsToCertificateRequest request) {
        return engine.call(tx -> parts().tags.addTagsToCertificate(tx, request));
    }

    @Override
    public RemoveTagsFromCertificateResponse removeTagsFromCertificate(
            RemoveTagsFromCertificateRequest request) {
        return engine.call(tx -> parts().tags.removeTagsFromCertificate(tx, request));
    }

    @Override
    public ListTagsForCertificateResponse listTagsForCertificate(
            ListTagsForCertificateRequest request) {
        return engine.call(tx -> parts().tags.listTagsForCertificate(tx, request));
    }
}
