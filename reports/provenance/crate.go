package provenance

import (
	"net/url"
	"path"
	"slices"
	"strconv"

	"swarmsim/sim/record"
)

// CrateFile is the name of the crate's metadata in its folder.
const CrateFile = "ro-crate-metadata.json"

// Crate is what the metadata of a results folder say.
type Crate struct {
	Name    string // of the scenario or the sweep
	About   string
	Kind    string // run or sweep
	Program Program
	Date    string // of the program's source, as an ISO 8601 date; empty if it is not known
	Files   []CrateEntry
	Folders []string // with crates of their own: runs that were played again
}

// CrateEntry is a file of the folder.
type CrateEntry struct {
	Name string
	Size int64 // -1 to leave it out, because it differs between machines
}

// entity is a JSON-LD object of the crate's graph.
type entity map[string]any

// ref refers to an entity.
func ref(id string) entity { return entity{"@id": id} }

// published explains the date of a crate, which the specification demands.
const published = "datePublished is the date of the program's source, so that the same results are the same bytes: " +
	"set it, and the license, when the results are published. Times and machines are in meta.json."

// WriteCrate writes ro-crate-metadata.json.
func WriteCrate(create record.Create, c *Crate) error {
	return writeJSON(create, CrateFile, entity{
		"@context": "https://w3id.org/ro/crate/1.1/context",
		"@graph":   c.graph(),
	})
}

func (c *Crate) graph() []entity {
	files := slices.SortedFunc(slices.Values(c.Files), func(a, b CrateEntry) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	var parts []entity
	var described []entity
	for _, f := range files {
		e := f.entity()
		parts, described = append(parts, ref(e["@id"].(string))), append(described, e)
	}
	for _, name := range slices.Sorted(slices.Values(c.Folders)) {
		id := (&url.URL{Path: name}).EscapedPath() + "/"
		parts = append(parts, ref(id))
		described = append(described, entity{
			"@id": id, "@type": "Dataset", "name": name,
			"description": "A run of the sweep, with its whole record, and a crate of its own",
		})
	}
	root := entity{
		"@id":         "./",
		"@type":       "Dataset",
		"name":        "Results of the " + c.Kind + " " + c.Name,
		"description": c.description(),
		"hasPart":     parts,
		"mentions":    ref(actionID),
	}
	if c.Date != "" {
		root["datePublished"] = c.Date
		root["comment"] = published
	}
	out := []entity{{
		"@id":        CrateFile,
		"@type":      "CreativeWork",
		"conformsTo": ref("https://w3id.org/ro/crate/1.1"),
		"about":      ref("./"),
	}, root}
	return append(append(out, described...), c.program(), c.action(parts))
}

func (c *Crate) description() string {
	if c.About != "" {
		return c.About
	}
	return "What swarmsim computed for the " + c.Kind + " " + c.Name + " of simulated BitTorrent swarms."
}

// The ids of entities that are no files.
const (
	programID = "#program"
	actionID  = "#action"
)

func (c *Crate) program() entity {
	return entity{
		"@id":             programID,
		"@type":           "SoftwareApplication",
		"name":            c.Program.Name,
		"softwareVersion": c.Program.Version,
		"identifier":      "sha256:" + c.Program.SHA256,
	}
}

// inputs are files of the folder that the action started from.
var inputs = []string{record.ScenarioFile}

func (c *Crate) action(parts []entity) entity {
	var object, result []entity
	for _, p := range parts {
		if slices.Contains(inputs, p["@id"].(string)) {
			object = append(object, p)
		} else {
			result = append(result, p)
		}
	}
	e := entity{
		"@id":        actionID,
		"@type":      "CreateAction",
		"name":       "Play the " + c.Kind + " " + c.Name,
		"instrument": ref(programID),
		"result":     result,
	}
	if object != nil {
		e["object"] = object
	}
	return e
}

func (f CrateEntry) entity() entity {
	e := entity{
		"@id":            (&url.URL{Path: f.Name}).EscapedPath(),
		"@type":          "File",
		"name":           f.Name,
		"encodingFormat": mediaType(f.Name),
	}
	if f.Size >= 0 {
		e["contentSize"] = strconv.FormatInt(f.Size, 10)
	}
	if about := abouts[f.Name]; about != "" {
		e["description"] = about
	}
	return e
}

// mediaType returns the media type of a file by its name.
func mediaType(name string) string {
	switch path.Ext(name) {
	case ".csv":
		return "text/csv"
	case ".html":
		return "text/html"
	case ".json":
		return "application/json"
	case ".parquet":
		return "application/vnd.apache.parquet"
	case ".png":
		return "image/png"
	case ".svg":
		return "image/svg+xml"
	case ".yaml":
		return "application/yaml"
	}
	return "text/plain"
}

// abouts describe files that have the same name in every folder.
var abouts = map[string]string{
	File:                  "The program, the scenario and the seeds, by their digests",
	record.MetaFile:       "Facts about the machine and the time; the only file that differs between equal results",
	record.ScenarioFile:   "The scenario with all defaults and overrides",
	record.SummaryFile:    "The measures of the run",
	record.PeersFile:      "A row for each peer",
	record.TimeSeriesFile: "A row for each interval",
	record.EventsFile:     "The event log",
	"report.html":         "A page with everything",
	"runs.journal":        "A row for each finished run, with a checksum",
	"runs.csv":            "A row for each run: its parameters and the measures of its summary",
	"runs.parquet":        "The table of runs.csv, for programs",
	"completions.csv":     "A row for each completed download of each run",
	"means.csv":           "The mean of each metric over the seeds",
	"comparison.csv":      "The comparisons of the variants",
	"comparison.json":     "Means and comparisons, for programs",
}
