import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.system.ErrorHandlerFactory;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;

/** Reads a file as Jena's riot does, every warning an error, and writes N-Triples. */
public class Riot {
    public static void main(String[] args) {
        Model model = ModelFactory.createDefaultModel();
        RDFParser.source(args[0]).checking(true).errorHandler(ErrorHandlerFactory.errorHandlerStrict).parse(model);
        RDFDataMgr.write(System.out, model, Lang.NTRIPLES);
    }
}
