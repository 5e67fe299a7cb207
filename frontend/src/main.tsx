import "./styles.css";
import "./icon.svg";
import { render } from "preact";
import { lazy, LocationProvider, Route, Router } from "preact-iso";
import { ConsoleDock } from "./console/ConsoleDock";
import { followContainers } from "./live/containers";
import { followOperations } from "./live/operations";
import { ContainerPage } from "./pages/container/ContainerPage";
import { ImagesPage } from "./pages/images/ImagesPage";
import { RegistriesPage } from "./pages/registries/RegistriesPage";
import {
  CONTAINER_ROUTE,
  CREATE_ROUTE,
  EDIT_ROUTE,
  IMAGES_ROUTE,
  LIST_ROUTE,
  LOGS_ROUTE,
  REGISTRIES_ROUTE,
  REMOVED_LOGS_ROUTE,
} from "./ui/addresses";
import { TopBar } from "./ui/TopBar";
import { NotFound } from "./ui/NotFound";

const ListPage = lazy(() => import("./pages/list/ListPage").then((module) => module.ListPage));
const CreatePage = lazy(() => import("./pages/form/FormPage").then((module) => module.CreatePage));
const EditPage = lazy(() => import("./pages/form/FormPage").then((module) => module.EditPage));
const LogsPage = lazy(() => import("./pages/logs/LogsPage").then((module) => module.LogsPage));
const RemovedLogs = lazy(() => import("./pages/logs/RemovedLogs").then((module) => module.RemovedLogs));

function App() {
  return (
    <LocationProvider>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <TopBar />
      <main id="main" tabIndex={-1}>
        <Router>
          <Route path={LIST_ROUTE} component={ListPage} />
          <Route path={CREATE_ROUTE} component={CreatePage} />
          <Route path={EDIT_ROUTE} component={EditPage} />
          <Route path={CONTAINER_ROUTE} component={ContainerPage} />
          <Route path={LOGS_ROUTE} component={LogsPage} />
          <Route path={REMOVED_LOGS_ROUTE} component={RemovedLogs} />
          <Route path={IMAGES_ROUTE} component={ImagesPage} />
          <Route path={REGISTRIES_ROUTE} component={RegistriesPage} />
          <Route default component={NotFound} />
        </Router>
      </main>
      <ConsoleDock />
    </LocationProvider>
  );
}

followContainers();
followOperations();
const place = document.getElementById("app");
if (place) render(<App />, place);
