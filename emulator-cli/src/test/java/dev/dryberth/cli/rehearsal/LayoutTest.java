package dev.dryberth.cli.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class LayoutTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ELB = "arn:aws:elasticloadbalancing:us-east-1:000000000000:";

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (IOException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    /** Takes down what it is asked for and names everything anew. */
    private static final class Recorder implements Endpoint {

        final List<String> asked = new ArrayList<>();

        @Override
        public JsonNode call(AwsApi api, String operation, JsonNode body) {
            asked.add(operation + " " + body);
            return json(
                    operation.equals("RegisterTaskDefinition")
                            ? "{'taskDefinition':{'taskDefinitionArn':'arn:here:td'}}"
                            : "{}");
        }

        @Override
        public JsonNode elb(String operation, String form) {
            asked.add(operation + " " + URLDecoder.decode(form, StandardCharsets.UTF_8));
            String result =
                    switch (operation) {
                        case "CreateTargetGroup" ->
                                "{'TargetGroups':[{'TargetGroupArn':'"
                                        + ELB
                                        + "targetgroup/web/here'}]}";
                        case "CreateLoadBalancer" ->
                                "{'LoadBalancers':[{'LoadBalancerArn':'"
                                        + ELB
                                        + "loadbalancer/app/web/here'}]}";
                        case "CreateListener" -> "{'Listeners':[{'ListenerArn':'listener-here'}]}";
                        case "CreateRule" -> "{'Rules':[{'RuleArn':'rule-here'}]}";
                        case "DescribeRules" -> "{'Rules':[{'RuleArn':'default-here'}]}";
                        default -> "{}";
                    };
            return json("{'%sResponse':{'%sResult':%s}}".formatted(operation, operation, result));
        }

        @Override
        public JsonNode page(String path) {
            return json(
                    "{'vpcs':[{'id':'vpc-here','subnets':[{'id':'subnet-here','availabilityZone':'a'}],"
                            + "'securityGroups':[{'id':'sg-here'}]}]}");
        }

        @Override
        public String text(String path) {
            return "";
        }
    }

    private static final JsonNode VPC =
            json(
                    "{'id':'vpc-1','subnets':[{'id':'subnet-1','availabilityZone':'a'}],"
                            + "'securityGroups':[{'id':'sg-1'}]}");

    private static final JsonNode DEFINITION =
            json(
                    "{'family':'web','taskDefinitionArn':'arn:td','revision':3,'status':'ACTIVE','registeredAt':1}");

    private static final String SERVICE =
            """
            {'serviceName':'web','clusterArn':'arn:aws:ecs:us-east-1:000000000000:cluster/shop','status':'ACTIVE',
             'desiredCount':2,'runningCount':2,'launchType':'FARGATE','events':[{'message':'old'}],
             'networkConfiguration':{'awsvpcConfiguration':{'subnets':['subnet-1'],'securityGroups':['sg-1']}},
             'loadBalancers':[{'targetGroupArn':'%1$stargetgroup/web/1','containerName':'app','containerPort':80,
               'advancedConfiguration':{'productionListenerRule':'rule-1'}}],'tags':[]}
            """
                    .formatted(ELB);

    private static ObjectNode group() {
        return (ObjectNode)
                json(
                        """
                        {'TargetGroupArn':'%stargetgroup/web/1','TargetGroupName':'web','Protocol':'HTTP','Port':80,
                         'VpcId':'vpc-1','LoadBalancerArns':['x'],'Matcher':{'HttpCode':'200'},
                         'Attributes':[{'Key':'deregistration_delay.timeout_seconds','Value':'5'}]}
                        """
                                .formatted(ELB));
    }

    private static ObjectNode balancer() {
        return (ObjectNode)
                json(
                        """
                        {'LoadBalancerArn':'%1$sloadbalancer/app/web/1','LoadBalancerName':'web','Type':'application',
                         'DNSName':'x','AvailabilityZones':[{'SubnetId':'subnet-1','ZoneName':'a'}],
                         'Listeners':[{'ListenerArn':'listener-1','Protocol':'HTTP','Port':80,
                           'DefaultActions':[{'Type':'forward','TargetGroupArn':'%1$stargetgroup/web/1',
                             'ForwardConfig':{'TargetGroups':[{'TargetGroupArn':'%1$stargetgroup/web/1','Weight':1}]}}],
                           'Rules':[{'RuleArn':'rule-1','Priority':'10','IsDefault':false,
                              'Conditions':[{'Field':'path-pattern','Values':['/a'],'PathPatternConfig':{'Values':['/a']}}],
                              'Actions':[{'Type':'fixed-response','FixedResponseConfig':{'StatusCode':'200'}}]},
                             {'RuleArn':'default-1','Priority':'default','IsDefault':true}]}]}
                        """
                                .formatted(ELB));
    }

    private static final JsonNode ALARM =
            json(
                    "{'AlarmName':'errors','StateValue':'OK','Namespace':'AWS/ApplicationELB','Dimensions':["
                            + "{'Name':'LoadBalancer','Value':'app/web/1'},{'Name':'TargetGroup','Value':'targetgroup/web/1'}]}");

    private static Blueprint blueprint(String service) {
        return new Blueprint(
                json(service),
                DEFINITION,
                VPC,
                List.of(group()),
                List.of(balancer()),
                List.of(),
                List.of(ALARM));
    }

    @Test
    void asksForWhatWasDescribedUnderTheNamesThingsHaveHere() {
        Recorder here = new Recorder();
        Layout layout = new Layout(here, blueprint(SERVICE), () -> 45_001);
        layout.build();
        assertThat(here.asked)
                .containsExactly(
                        "CreateTargetGroup Protocol=HTTP&Port=80&VpcId=vpc-here&Matcher.HttpCode=200&Name=web",
                        "ModifyTargetGroupAttributes TargetGroupArn="
                                + ELB
                                + "targetgroup/web/here&Attributes.member.1.Key=deregistration_delay.timeout_seconds"
                                + "&Attributes.member.1.Value=5",
                        "CreateLoadBalancer Type=application&Name=web&Subnets.member.1=subnet-here",
                        "CreateListener Protocol=HTTP&Port=45001&DefaultActions.member.1.Type=forward"
                                + "&DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.TargetGroupArn="
                                + ELB
                                + "targetgroup/web/here"
                                + "&DefaultActions.member.1.ForwardConfig.TargetGroups.member.1.Weight=1"
                                + "&LoadBalancerArn="
                                + ELB
                                + "loadbalancer/app/web/here",
                        "DescribeRules ListenerArn=listener-here",
                        "CreateRule Priority=10&Conditions.member.1.Field=path-pattern"
                                + "&Conditions.member.1.PathPatternConfig.Values.member.1=/a"
                                + "&Actions.member.1.Type=fixed-response"
                                + "&Actions.member.1.FixedResponseConfig.StatusCode=200&ListenerArn=listener-here",
                        "CreateCluster {\"clusterName\":\"shop\"}",
                        "PutMetricAlarm {\"AlarmName\":\"errors\",\"Namespace\":\"AWS/ApplicationELB\",\"Dimensions\":["
                                + "{\"Name\":\"LoadBalancer\",\"Value\":\"app/web/here\"},"
                                + "{\"Name\":\"TargetGroup\",\"Value\":\"targetgroup/web/here\"}]}",
                        "RegisterTaskDefinition {\"family\":\"web\"}",
                        "CreateService {\"serviceName\":\"web\",\"loadBalancers\":[{\"targetGroupArn\":\""
                                + ELB
                                + "targetgroup/web/here\",\"containerName\":\"app\",\"containerPort\":80,"
                                + "\"advancedConfiguration\":{\"productionListenerRule\":\"rule-here\"}}],"
                                + "\"desiredCount\":2,\"launchType\":\"FARGATE\",\"networkConfiguration\":"
                                + "{\"awsvpcConfiguration\":{\"subnets\":[\"subnet-here\"],\"securityGroups\":[\"sg-here\"]}},"
                                + "\"cluster\":\"shop\",\"taskDefinition\":\"arn:here:td\"}");
        assertThat(layout.port(80)).isEqualTo(45_001);
        assertThat(layout.cluster()).isEqualTo("shop");
    }

    @Test
    void saysThatCapacityOfItsOwnCantBeRehearsed() {
        String onInstances =
                SERVICE.replace(
                        "'launchType':'FARGATE'",
                        "'capacityProviderStrategy':[{'capacityProvider':'big','weight':1}]");
        assertThatThrownBy(() ->
                        new Layout(new Recorder(), blueprint(onInstances), () -> 45_001).build())
                .isInstanceOf(RehearsalException.class)
                .hasMessageEndingWith("not on capacity provider big");
    }

    @Test
    void leavesOutWhatIsCounted() {
        Recorder here = new Recorder();
        new Layout(
                        here,
                        blueprint(
                                SERVICE.replace(
                                        "'desiredCount':2",
                                        "'desiredCount':2,'schedulingStrategy':'DAEMON'")),
                        () -> 45_001)
                .build();
        assertThat(here.asked.getLast()).contains("DAEMON").doesNotContain("desiredCount");
    }

    @Test
    void refusesALoginWhoseSecretNobodySays() {
        ObjectNode balancer = balancer();
        ((ObjectNode) balancer.at("/Listeners/0/DefaultActions/0"))
                .put("Type", "authenticate-oidc");
        Blueprint blueprint =
                new Blueprint(
                        json(SERVICE),
                        DEFINITION,
                        VPC,
                        List.of(),
                        List.of(balancer),
                        List.of(),
                        List.of());
        assertThatThrownBy(() -> new Layout(new Recorder(), blueprint, () -> 45_001).build())
                .isInstanceOf(RehearsalException.class)
                .hasMessageContaining("behind a login");
    }

    @Test
    void refusesMutualTls() {
        ObjectNode balancer = balancer();
        ((ObjectNode) balancer.at("/Listeners/0"))
                .set("MutualAuthentication", json("{'Mode':'verify'}"));
        Blueprint blueprint =
                new Blueprint(
                        json(SERVICE),
                        DEFINITION,
                        VPC,
                        List.of(),
                        List.of(balancer),
                        List.of(),
                        List.of());
        assertThatThrownBy(() -> new Layout(new Recorder(), blueprint, () -> 45_001).build())
                .isInstanceOf(RehearsalException.class)
                .hasMessage("a listener with mutual TLS can't be rehearsed: listener-1");
    }
}
