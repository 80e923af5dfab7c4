package dev.dryberth.api.codedeploy;

import dev.dryberth.core.model.Scope;
import dev.dryberth.core.model.Stage;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

import software.amazon.awssdk.services.ecs.model.CapacityProviderStrategyItem;
import software.amazon.awssdk.services.ecs.model.NetworkConfiguration;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An AppSpec file for ECS, in YAML or JSON: what the replacement task set is made of, and the
 * functions that are asked at each lifecycle event. Names are read in any case, as AWS does. Any
 * thread.
 *
 * @param hooks the ARN of the function of each stage that has one
 */
record AppSpec(
        String taskDefinition,
        String container,
        int containerPort,
        @Nullable String platformVersion,
        @Nullable NetworkConfiguration network,
        List<CapacityProviderStrategyItem> capacityProviders,
        Map<Stage, String> hooks) {

    /** As AWS's quota has it. */
    static final int MAX_LENGTH = 51_200;

    private static final int MAX_DEPTH = 20;
    private static final int MAX_ALIASES = 20;
    private static final int MAX_PORT = 65_535;

    private static final Map<String, Stage> EVENTS =
            Map.of(
                    "beforeinstall", Stage.PRE_SCALE_UP,
                    "afterinstall", Stage.POST_SCALE_UP,
                    "afterallowtesttraffic", Stage.POST_TEST_TRAFFIC_SHIFT,
                    "beforeallowtraffic", Stage.PRE_PRODUCTION_TRAFFIC_SHIFT,
                    "afterallowtraffic", Stage.POST_PRODUCTION_TRAFFIC_SHIFT);

    /**
     * Reads a file.
     *
     * @param scope whose functions are meant by a name alone
     */
    static AppSpec parse(String content, Scope scope) {
        if (content.length() > MAX_LENGTH) {
            throw invalid("it is longer than " + MAX_LENGTH + " characters");
        }
        Map<?, ?> root = map("the AppSpec file", load(content));
        List<?> resources = list("Resources", get(root, "resources"));
        if (resources.size() != 1) {
            throw invalid("Resources must have one resource");
        }
        Map<?, ?> named = map("Resources", resources.getFirst());
        Map<?, ?> resource =
                map("its resource", named.isEmpty() ? null : named.values().iterator().next());
        if (!"AWS::ECS::Service".equals(get(resource, "type"))) {
            throw invalid("the Type of its resource must be AWS::ECS::Service");
        }
        Map<?, ?> properties = map("Properties", get(resource, "properties"));
        Map<?, ?> balanced = map("LoadBalancerInfo", get(properties, "loadbalancerinfo"));
        return new AppSpec(
                text("TaskDefinition", get(properties, "taskdefinition")),
                text("ContainerName", get(balanced, "containername")),
                port(get(balanced, "containerport")),
                optional("PlatformVersion", get(properties, "platformversion")),
                network(get(properties, "networkconfiguration")),
                capacityProviders(get(properties, "capacityproviderstrategy")),
                hooks(get(root, "hooks"), scope));
    }

    private static @Nullable Object load(String content) {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(MAX_ALIASES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setCodePointLimit(MAX_LENGTH);
        options.setAllowDuplicateKeys(false);
        try {
            // Whatever is JSON is YAML too, but for its tabs.
            return new Yaml(new SafeConstructor(options)).load(content.replace('\t', ' '));
        } catch (YAMLException broken) {
            throw invalid("it is neither YAML nor JSON: " + broken.getMessage());
        }
    }

    private static @Nullable Object get(Map<?, ?> map, String key) {
        for (Map.Entry<?, ?> each : map.entrySet()) {
            if (each.getKey() instanceof String name && name.equalsIgnoreCase(key)) {
                return each.getValue();
            }
        }
        return null;
    }

    private static Map<?, ?> map(String what, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw invalid(what + " must have named members");
    }

    private static List<?> list(String what, @Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw invalid(what + " must be a list");
    }

    private static String text(String what, @Nullable Object value) {
        String text = optional(what, value);
        if (text == null || text.isEmpty()) {
            throw invalid(what + " is required");
        }
        return text;
    }

    private static @Nullable String optional(String what, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Number number -> number.toString();
            default -> throw invalid(what + " must be a text");
        };
    }

    private static int port(@Nullable Object value) {
        String text = text("ContainerPort", value);
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException notOne) {
            // Said below.
        }
        throw invalid("ContainerPort must be from 1 to " + MAX_PORT + ", but is " + text);
    }

    private static @Nullable NetworkConfiguration network(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        Map<?, ?> awsvpc =
                map(
                        "AwsvpcConfiguration",
                        get(map("NetworkConfiguration", value), "awsvpcconfiguration"));
        return NetworkConfiguration.builder()
                .awsvpcConfiguration(each ->
                        each.subnets(texts("Subnets", get(awsvpc, "subnets")))
                                .securityGroups(
                                        texts("SecurityGroups", get(awsvpc, "securitygroups")))
                                .assignPublicIp(
                                        optional("AssignPublicIp", get(awsvpc, "assignpublicip"))))
                .build();
    }

    private static List<String> texts(String what, @Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value != null) {
            for (Object each : list(what, value)) {
                texts.add(text(what, each));
            }
        }
        return texts;
    }

    private static List<CapacityProviderStrategyItem> capacityProviders(@Nullable Object value) {
        List<CapacityProviderStrategyItem> items = new ArrayList<>();
        if (value != null) {
            for (Object each : list("CapacityProviderStrategy", value)) {
                Map<?, ?> item = map("CapacityProviderStrategy", each);
                items.add(
                        CapacityProviderStrategyItem.builder()
                                .capacityProvider(
                                        text("CapacityProvider", get(item, "capacityprovider")))
                                .base(whole("Base", get(item, "base")))
                                .weight(whole("Weight", get(item, "weight")))
                                .build());
            }
        }
        return items;
    }

    private static @Nullable Integer whole(String what, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Integer number -> number;
            default -> throw invalid(what + " must be a whole number");
        };
    }

    private static Map<Stage, String> hooks(@Nullable Object value, Scope scope) {
        Map<Stage, String> hooks = new EnumMap<>(Stage.class);
        if (value == null) {
            return hooks;
        }
        for (Object each : list("Hooks", value)) {
            for (Map.Entry<?, ?> hook : map("Hooks", each).entrySet()) {
                String event = String.valueOf(hook.getKey());
                Stage stage = EVENTS.get(event.toLowerCase(java.util.Locale.ROOT));
                if (stage == null) {
                    throw invalid(
                            event
                                    + " is no lifecycle event that takes a function (expected:"
                                    + " BeforeInstall, AfterInstall, AfterAllowTestTraffic,"
                                    + " BeforeAllowTraffic, AfterAllowTraffic)");
                }
                if (hooks.put(stage, function(text(event, hook.getValue()), scope)) != null) {
                    throw invalid(event + " has more than one function");
                }
            }
        }
        return hooks;
    }

    private static String function(String given, Scope scope) {
        return given.startsWith("arn:")
                ? given
                : "arn:aws:lambda:%s:%s:function:%s"
                        .formatted(scope.region(), scope.account(), given);
    }

    private static RuntimeException invalid(String why) {
        return CodeDeployErrors.of(
                "InvalidRevision",
                "The AppSpec file is invalid: " + Objects.requireNonNull(why) + ".");
    }
}
