package page

import _ "embed"

//go:generate go tool -modfile=../../tools/go.mod esbuild src/sheet.js --bundle --minify --format=iife --target=es2022 --charset=utf8 --legal-comments=none --outfile=sheet.bundle.js --log-level=warning
//go:generate go tool -modfile=../../tools/go.mod esbuild src/sheet.all.css --bundle --minify --charset=utf8 --outfile=sheet.bundle.css --log-level=warning

// SheetScript is the script of the page of a comparison or a sweep, in one file.
//
//go:embed sheet.bundle.js
var SheetScript string

// SheetStyle is its style.
//
//go:embed sheet.bundle.css
var SheetStyle string

// Sheet is the data of the page of a comparison or a sweep. The page holds it as JSON.
type Sheet struct {
	Charts  []SeedChart   `json:"charts"`
	Replays []SheetReplay `json:"replays"` // in step
}

// SeedChart shows a metric for every seed, by variant.
type SeedChart struct {
	Title string     `json:"title"`
	Unit  string     `json:"unit"`
	CRN   bool       `json:"crn"` // the seeds are common random numbers
	Rows  []SeedsRow `json:"rows"`
}

// SeedsRow is a variant of a SeedChart. A value that does not exist is null.
type SeedsRow struct {
	Name   string     `json:"name"`
	Mean   *float64   `json:"mean"`
	Low    *float64   `json:"low"` // 95 % interval of the mean
	High   *float64   `json:"high"`
	Seeds  []uint64   `json:"seeds"`
	Values []*float64 `json:"values"`
	Links  []string   `json:"links"` // to the reports of the seeds that were played again; else empty
}

// SheetReplay is a replay that is shown in step with others. Its data is in a block of its own.
type SheetReplay struct {
	Title string  `json:"title"`
	Href  string  `json:"href"` // of its report
	Data  *Replay `json:"-"`
}
