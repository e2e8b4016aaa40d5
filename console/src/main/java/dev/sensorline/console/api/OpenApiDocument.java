package dev.sensorline.console.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

import dev.sensorline.console.problem.Problem;
import io.quarkus.smallrye.openapi.OpenApiFilter;

/**
 * What holds for all operations of the OpenAPI document: errors are problems, members of answers are not left
 * out, and an empty parameter counts as one that is not given.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class OpenApiDocument implements OASFilter {

    private static final String PROBLEM = "#/components/schemas/Problem";

    /** Members that are left out rather than null. */
    private static final Set<String> OPTIONAL = Set.of("curves");

    @Override
    public Operation filterOperation(Operation operation) {
        for (Map.Entry<String, APIResponse> answer :
                operation.getResponses().getAPIResponses().entrySet()) {
            boolean isProblem = answer.getKey().matches("[45]..");
            if (isProblem && answer.getValue().getContent() == null) {
                answer.getValue()
                        .content(OASFactory.createContent()
                                .addMediaType(
                                        Problem.MEDIA_TYPE,
                                        OASFactory.createMediaType()
                                                .schema(OASFactory.createSchema()
                                                        .ref(PROBLEM))));
            }
        }
        return operation;
    }

    @Override
    public Parameter filterParameter(Parameter parameter) {
        return parameter.getIn() == Parameter.In.QUERY ? parameter.allowEmptyValue(true) : parameter;
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getComponents().getSchemas().values().forEach(OpenApiDocument::require);
    }

    private static void require(Schema schema) {
        if (schema.getProperties() != null && schema.getRequired() == null) {
            List<String> required = new ArrayList<>(schema.getProperties().keySet());
            required.removeAll(OPTIONAL);
            schema.setRequired(required);
        }
    }
}
