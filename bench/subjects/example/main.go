// Command example is a subject for bench: a program that answers one request and ends. It stands
// for a simulator of your own, and knows one rule: a leecher keeps a number of requests in flight.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"regexp"
	"strconv"
)

const inFlight = 8 // requests of 16 KiB that a leecher keeps in flight

type request struct {
	Request  string // describe or play
	Scenario string // YAML, all fields filled in
	Seed     uint64
}

func main() {
	line, err := bufio.NewReader(os.Stdin).ReadBytes('\n')
	var r request
	if err != nil || json.Unmarshal(line, &r) != nil {
		log.Fatal("no request on the standard input")
	}
	if r.Request == "describe" {
		fmt.Println(`{"protocol":1,"name":"example","version":"v1.0","repeatable":true}`)
		return
	}
	size := regexp.MustCompile(`(?m)^ *size: (\d+) MiB$`).FindStringSubmatch(r.Scenario)
	if size == nil {
		fmt.Println(`{"protocol":1,"unsupported":"content.size: the program needs whole MiB"}`)
		return
	}
	mib, _ := strconv.ParseFloat(size[1], 64)
	roundTrip := 0.05 + 0.001*float64(r.Seed%10) // what a seed changes
	rate := math.Min(1e6, inFlight*16384/roundTrip)
	fmt.Printf(`{"protocol":1,"metrics":{"completion_p50":%.6f,"completed":1}}`+"\n", mib*1048576/rate)
}
