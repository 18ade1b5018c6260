import java.awt.Color;
import java.io.File;
import java.util.Iterator;
import java.util.StringJoiner;
import org.gephi.graph.api.Column;
import org.gephi.graph.api.Edge;
import org.gephi.graph.api.Graph;
import org.gephi.graph.api.GraphController;
import org.gephi.graph.api.GraphModel;
import org.gephi.graph.api.Node;
import org.gephi.graph.api.Table;
import org.gephi.io.importer.api.Container;
import org.gephi.io.importer.api.ImportController;
import org.gephi.io.importer.api.Issue;
import org.gephi.io.importer.api.Report;
import org.gephi.io.processor.plugin.DefaultProcessor;
import org.gephi.project.api.ProjectController;
import org.gephi.project.api.Workspace;
import org.openide.util.Lookup;

/** Imports graph files with Gephi's own importer and prints what became of them, a line of JSON a file. */
public class Importer {
    public static void main(String[] paths) throws Exception {
        for (String path : paths) {
            System.out.println(describe(new File(path)));
        }
    }

    static String describe(File file) throws Exception {
        ProjectController projects = Lookup.getDefault().lookup(ProjectController.class);
        projects.newProject();
        Workspace workspace = projects.getCurrentWorkspace();
        ImportController importer = Lookup.getDefault().lookup(ImportController.class);
        Container container = importer.importFile(file);
        // As they stand in the file: by default Gephi stretches the picture.
        container.getLoader().setAutoScale(false);
        importer.process(container, new DefaultProcessor(), workspace);
        Report report = container.getReport();
        GraphModel model = Lookup.getDefault().lookup(GraphController.class).getGraphModel(workspace);
        String text = "{\"issues\":" + issues(report) + ",\"dynamic\":" + model.isDynamic()
            + ",\"directed\":" + model.isDirected() + ",\"time\":" + quoted(model.getTimeFormat().toString())
            + ",\"node_columns\":" + columns(model.getNodeTable()) + ",\"edge_columns\":" + columns(model.getEdgeTable())
            + ",\"nodes\":" + nodes(model.getGraph(), model) + ",\"edges\":" + edges(model.getGraph()) + "}";
        projects.closeCurrentProject();
        return text;
    }

    static String issues(Report report) {
        StringJoiner found = new StringJoiner(",", "[", "]");
        for (Iterator<Issue> issues = report.getIssues(1000); issues.hasNext(); ) {
            Issue issue = issues.next();
            found.add("[" + quoted(issue.getLevel().toString()) + "," + quoted(issue.getMessage()) + "]");
        }
        return found.toString();
    }

    static String columns(Table table) {
        StringJoiner found = new StringJoiner(",", "{", "}");
        for (Column column : table) {
            found.add(quoted(column.getTitle()) + ":" + quoted(column.getTypeClass().getSimpleName()));
        }
        return found.toString();
    }

    static String nodes(Graph graph, GraphModel model) {
        StringJoiner found = new StringJoiner(",", "{", "}");
        for (Node node : graph.getNodes()) {
            Color colour = node.getColor();
            StringJoiner facts = new StringJoiner(",", "{", "}");
            facts.add("\"label\":" + quoted(node.getLabel())).add("\"x\":" + node.x()).add("\"y\":" + node.y());
            facts.add("\"size\":" + node.size());
            facts.add("\"colour\":[" + colour.getRed() + "," + colour.getGreen() + "," + colour.getBlue() + "]");
            for (Column column : model.getNodeTable()) {
                Object value = column.isProperty() ? null : node.getAttribute(column);
                if (value != null) {
                    facts.add(quoted(column.getTitle()) + ":" + quoted(value.toString()));
                }
            }
            for (var bounds : node.getTimeBounds() == null ? new double[0][] : new double[][] {
                {node.getTimeBounds().getLow(), node.getTimeBounds().getHigh()}}) {
                facts.add("\"start\":" + (long) bounds[0]);
            }
            found.add(quoted(node.getId().toString()) + ":" + facts);
        }
        return found.toString();
    }

    static String edges(Graph graph) {
        StringJoiner found = new StringJoiner(",", "[", "]");
        for (Edge edge : graph.getEdges()) {
            found.add("[" + quoted(edge.getSource().getId().toString()) + "," + quoted(edge.getTarget().getId().toString())
                + "," + quoted(String.valueOf(edge.getLabel())) + "," + edge.getWeight() + "]");
        }
        return found.toString();
    }

    static String quoted(String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder found = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            found.append(c == '"' || c == '\\' ? "\\" + c : c < 32 ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return found.append('"').toString();
    }
}
