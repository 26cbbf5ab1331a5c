module assay.invalid/adapter

go 1.25.0
