package dev.dryberth.api.elbv2;

import dev.dryberth.core.model.LoadBalancer;

import java.util.List;

/**
 * The Route 53 zones AWS keeps load balancers' names in, fixed by region and type. Regions that are
 * not listed show the zone of us-east-1.
 */
final class HostedZones {

    private record Zone(String region, String application, String network) {}

    private static final List<Zone> ZONES =
            List.of(
                    new Zone("us-east-1", "Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI"),
                    new Zone("us-east-2", "Z3AADJGX6KTTL2", "ZLMOA37VPKANP"),
                    new Zone("us-west-1", "Z368ELLRRE2KJ0", "Z24FKFUX50B4VW"),
                    new Zone("us-west-2", "Z1H1FL5HABSF5", "Z18D5FSROUN65G"),
                    new Zone("eu-west-1", "Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F"),
                    new Zone("eu-west-2", "ZHURV8PSTC4K8", "ZD4D7Y8KGAS4G"),
                    new Zone("eu-west-3", "Z3Q77PNBQS71R4", "Z1CMS0P5QUZ6D5"),
                    new Zone("eu-central-1", "Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90"),
                    new Zone("eu-north-1", "Z23TAZ6LKFMNIO", "Z1UDT6IFJ4EJM"),
                    new Zone("ap-northeast-1", "Z14GRHDCWA56QT", "Z31USIVHYNEOWT"),
                    new Zone("ap-northeast-2", "ZWKZPGTI48KDX", "ZIBE1TIR4HY56"),
                    new Zone("ap-southeast-1", "Z1LMS91P8CMLE5", "ZKVM4W9LS7TM"),
                    new Zone("ap-southeast-2", "Z1GM3OXH4ZPM65", "ZCT6FZBF4DROD"),
                    new Zone("ap-south-1", "ZP97RAFLXTNZK", "ZVDDRBQ08TROA"),
                    new Zone("ca-central-1", "ZQSVJUPU6J1EY", "Z2EPGBW3API2WT"),
                    new Zone("sa-east-1", "Z2P70J7HTTTPLU", "ZTK26PT1VY4CU"));

    private HostedZones() {}

    static String of(LoadBalancer loadBalancer) {
        String region = loadBalancer.arn().scope().region();
        Zone zone =
                ZONES.stream()
                        .filter(each -> each.region().equals(region))
                        .findFirst()
                        .orElse(ZONES.getFirst());
        return loadBalancer.isApplication() ? zone.application() : zone.network();
    }
}
